package dev.marmita.benchmarks.serving;

import com.google.protobuf.CodedOutputStream;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls {@code ModelInfer} over gRPC, on one connection. */
final class GrpcCalls implements AutoCloseable {

    private static final long TIMEOUT_SECONDS = 60;
    private static final int CANCEL = 8;
    private static final int MODEL_NAME = 1;
    private static final int INPUTS = 5;
    private static final int RAW_INPUTS = 7;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    private final HttpClient client =
            vertx.createHttpClient(
                    new HttpClientOptions()
                            .setProtocolVersion(HttpVersion.HTTP_2)
                            .setHttp2ClearTextUpgrade(false));
    private final RequestOptions target;

    GrpcCalls(int port) {
        target =
                new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setURI("/inference.GRPCInferenceService/ModelInfer")
                        .putHeader("content-type", "application/grpc")
                        .putHeader("te", "trailers");
    }

    /** A framed request of one FP32 input {@code x}, its values raw. */
    static byte[] message(String model, byte[] values, long... shape) {
        byte[] input =
                written(
                        to -> {
                            to.writeString(1, "x");
                            to.writeString(2, "FP32");
                            for (long dimension : shape) {
                                to.writeInt64(3, dimension);
                            }
                        });
        byte[] message =
                written(
                        to -> {
                            to.writeString(MODEL_NAME, model);
                            to.writeByteArray(INPUTS, input);
                            to.writeByteArray(RAW_INPUTS, values);
                        });
        return Buffer.buffer()
                .appendByte((byte) 0)
                .appendInt(message.length)
                .appendBytes(message)
                .getBytes();
    }

    private interface Writing {
        void write(CodedOutputStream to) throws IOException;
    }

    private static byte[] written(Writing content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream to = CodedOutputStream.newInstance(bytes);
        try {
            content.write(to);
            to.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The status of the call. */
    int infer(byte[] message) throws IOException, InterruptedException {
        return get(
                client.request(target)
                        .compose(
                                request ->
                                        request.send(Buffer.buffer(message))
                                                .compose(
                                                        response ->
                                                                response.body()
                                                                        .map(
                                                                                _ ->
                                                                                        status(
                                                                                                response
                                                                                                        .getHeader(
                                                                                                                "grpc-status"),
                                                                                                response
                                                                                                        .getTrailer(
                                                                                                                "grpc-status"))))));
    }

    private static int status(
            @org.jspecify.annotations.Nullable String head,
            @org.jspecify.annotations.Nullable String trailer) {
        String status = trailer == null ? head : trailer;
        return status == null ? -1 : Integer.parseInt(status);
    }

    /** Sends a call and takes it back. */
    void cancel(byte[] message) throws IOException, InterruptedException {
        HttpClientRequest request = get(client.request(target));
        var unused = request.response().onComplete(_ -> {});
        get(request.end(Buffer.buffer(message)));
        get(request.reset(CANCEL));
    }

    private static <T> T get(Future<T> future) throws IOException, InterruptedException {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
