package dev.marmita.runner.conformance;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import dev.marmita.runner.Runner;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** gRPC by its frames over HTTP/2, its messages by Google's protobuf. */
final class RawGrpc implements AutoCloseable {

    static final String SERVICE = "inference.GRPCInferenceService";

    private final Map<String, Descriptor> types = new HashMap<>();
    // One loop: a response's first bytes must not overtake the handler that waits for them.
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient client;

    RawGrpc(int port) throws Exception {
        try (InputStream in =
                Runner.class.getResourceAsStream("/dev/marmita/runner/grpc/services.desc")) {
            for (FileDescriptorProto file : FileDescriptorSet.parseFrom(in).getFileList()) {
                FileDescriptor.buildFrom(file, new FileDescriptor[0])
                        .getMessageTypes()
                        .forEach(type -> types.put(type.getName(), type));
            }
        }
        client =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setProtocolVersion(HttpVersion.HTTP_2)
                                .setHttp2ClearTextUpgrade(false)
                                .setDefaultHost("127.0.0.1")
                                .setDefaultPort(port));
    }

    /** A message of that type from protobuf's text form. */
    DynamicMessage message(String type, String text) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(types.get(type));
        try {
            TextFormat.merge(text, builder);
        } catch (TextFormat.ParseException e) {
            throw new IllegalArgumentException(text, e);
        }
        return builder.build();
    }

    /** A {@code ModelInferRequest} with raw contents. */
    DynamicMessage raw(String text, byte[]... contents) {
        DynamicMessage.Builder builder = message("ModelInferRequest", text).toBuilder();
        FieldDescriptor field =
                builder.getDescriptorForType().findFieldByName("raw_input_contents");
        for (byte[] one : contents) {
            builder.addRepeatedField(field, ByteString.copyFrom(one));
        }
        return builder.build();
    }

    static Buffer frame(byte[] message) {
        return Buffer.buffer().appendByte((byte) 0).appendInt(message.length).appendBytes(message);
    }

    /** A call that goes on. */
    final class Call {

        private final CompletableFuture<HttpClientRequest> request = new CompletableFuture<>();
        private final CompletableFuture<HttpClientResponse> response = new CompletableFuture<>();
        private final CompletableFuture<Map<String, String>> trailers = new CompletableFuture<>();
        private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        private Buffer pending = Buffer.buffer();

        private Call(String method, Map<String, String> headers) {
            vertx.runOnContext(
                    ignored ->
                            client.request(HttpMethod.POST, "/" + method)
                                    .onFailure(request::completeExceptionally)
                                    .onSuccess(opened -> opened(opened, headers)));
        }

        private void opened(HttpClientRequest opened, Map<String, String> headers) {
            opened.putHeader("Content-Type", "application/grpc").putHeader("te", "trailers");
            headers.forEach(opened::putHeader);
            opened.setChunked(true);
            opened.response().onSuccess(this::answered).onFailure(trailers::completeExceptionally);
            opened.writeHead().onComplete(written -> request.complete(opened));
        }

        private void answered(HttpClientResponse answer) {
            answer.handler(this::received);
            answer.exceptionHandler(trailers::completeExceptionally);
            answer.endHandler(
                    ended -> {
                        Map<String, String> all = new HashMap<>();
                        answer.headers().forEach(one -> all.put(one.getKey(), one.getValue()));
                        answer.trailers().forEach(one -> all.put(one.getKey(), one.getValue()));
                        trailers.complete(all);
                    });
            response.complete(answer);
        }

        private void received(Buffer chunk) {
            pending = pending.appendBuffer(chunk);
            while (pending.length() >= 5 && pending.length() >= 5 + pending.getInt(1)) {
                int end = 5 + pending.getInt(1);
                messages.add(pending.getBytes(5, end));
                pending = pending.getBuffer(end, pending.length());
            }
        }

        Call send(DynamicMessage message) throws Exception {
            return send(frame(message.toByteArray()));
        }

        Call send(Buffer bytes) throws Exception {
            HttpClientRequest opened = request.get(30, TimeUnit.SECONDS);
            vertx.runOnContext(ignored -> opened.write(bytes));
            return this;
        }

        Call end() throws Exception {
            HttpClientRequest opened = request.get(30, TimeUnit.SECONDS);
            vertx.runOnContext(ignored -> opened.end());
            return this;
        }

        void reset() throws Exception {
            HttpClientRequest opened = request.get(30, TimeUnit.SECONDS);
            vertx.runOnContext(ignored -> opened.reset(8));
        }

        void pauseAnswer(boolean pause) throws Exception {
            HttpClientResponse answer = response.get(30, TimeUnit.SECONDS);
            vertx.runOnContext(
                    ignored -> {
                        if (pause) {
                            answer.pause();
                        } else {
                            answer.resume();
                        }
                    });
        }

        /** Waits for the answer's head. */
        HttpClientResponse head() throws Exception {
            return response.get(30, TimeUnit.SECONDS);
        }

        /** Waits for the next message. */
        DynamicMessage next(String type) throws Exception {
            byte[] bytes = messages.poll(30, TimeUnit.SECONDS);
            if (bytes == null) {
                throw new AssertionError("no message came; " + trailers);
            }
            return DynamicMessage.parseFrom(types.get(type), bytes);
        }

        /** Messages that came and were not taken. */
        int waiting() {
            return messages.size();
        }

        /** Waits for the end and its {@code grpc-status}. */
        String status() throws Exception {
            return trailers.get(30, TimeUnit.SECONDS).getOrDefault("grpc-status", "");
        }

        String statusMessage() throws Exception {
            return trailers.get(30, TimeUnit.SECONDS).getOrDefault("grpc-message", "");
        }
    }

    Call open(String method, Map<String, String> headers) {
        return new Call(method, headers);
    }

    Call open(String method) {
        return open(method, Map.of());
    }

    /** A call with one message. */
    Call call(String method, DynamicMessage message) throws Exception {
        return open(method).send(message).end();
    }

    /** The answer of a method of the inference service that must succeed. */
    DynamicMessage ask(String method, String text) throws Exception {
        Call call = call(SERVICE + "/" + method, message(method + "Request", text));
        if (!call.status().equals("0")) {
            throw new AssertionError(method + ": " + call.status() + " " + call.statusMessage());
        }
        return call.next(method + "Response");
    }

    /** Values of a repeated field of bytes. */
    static List<byte[]> bytes(DynamicMessage message, String field) {
        FieldDescriptor found = message.getDescriptorForType().findFieldByName(field);
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < message.getRepeatedFieldCount(found); i++) {
            values.add(((ByteString) message.getRepeatedField(found, i)).toByteArray());
        }
        return values;
    }

    /** A field of a message. */
    static Object field(DynamicMessage message, String name) {
        return message.getField(message.getDescriptorForType().findFieldByName(name));
    }

    /** Whether these bytes are a message of that type. */
    boolean isMessage(String type, byte[] bytes) {
        try {
            DynamicMessage.parseFrom(types.get(type), bytes);
            return true;
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    @Override
    public void close() {
        vertx.close();
    }
}
