package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Speaks with the server through Google's own protobuf library. */
@org.junit.jupiter.api.Timeout(60)
class InferenceGrpcTest {

    private static final String SERVICE = "inference.GRPCInferenceService";

    @TempDir static Path home;
    private static TestRunner runner;
    private static Vertx vertx;
    private static HttpClient client;
    private static final Map<String, Descriptor> MESSAGES = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        try (InputStream in =
                Runner.class.getResourceAsStream("/dev/marmita/runner/grpc/services.desc")) {
            for (FileDescriptorProto file : FileDescriptorSet.parseFrom(in).getFileList()) {
                FileDescriptor.buildFrom(file, new FileDescriptor[0])
                        .getMessageTypes()
                        .forEach(type -> MESSAGES.put(type.getName(), type));
            }
        }
        Path bundle =
                TestBundle.of(
                        home.resolve("b"),
                        InferenceRestTest.Empty.class,
                        "fp32",
                        "int8",
                        "uint16",
                        "uint64",
                        "bool",
                        "fp64",
                        "texts",
                        "half",
                        "square");
        runner =
                new TestRunner.Setup(home, bundle)
                        .model("fp32", "fp32", "1", echo(TinyOnnx.Type.FP32))
                        .model("int8", "int8", "1", echo(TinyOnnx.Type.INT8))
                        .model("uint16", "uint16", "1", echo(TinyOnnx.Type.UINT16))
                        .model("uint64", "uint64", "1", echo(TinyOnnx.Type.UINT64))
                        .model("bool", "bool", "1", echo(TinyOnnx.Type.BOOL))
                        .model("fp64", "fp64", "1", echo(TinyOnnx.Type.FP64))
                        .model("texts", "texts", "1", echo(TinyOnnx.Type.BYTES))
                        .model("half", "half", "1", echo(TinyOnnx.Type.FP16))
                        .model("square", "square", "1", TinyOnnx.square(home.resolve("sq.onnx")))
                        .start();
        // One loop: a response's first bytes must not overtake the handler that waits for them.
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        client =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setProtocolVersion(HttpVersion.HTTP_2)
                                .setHttp2ClearTextUpgrade(false)
                                .setDefaultHost("127.0.0.1")
                                .setDefaultPort(runner.port()));
    }

    private static Path echo(TinyOnnx.Type type) {
        return TinyOnnx.identity(home.resolve(type + ".onnx"), type, -1);
    }

    @AfterAll
    static void stop() {
        vertx.close();
        runner.close();
    }

    private record Answer(String status, String message, byte[] bytes) {
        DynamicMessage as(String type) throws Exception {
            assertThat(status).as(message).isEqualTo("0");
            ByteBuffer frame = ByteBuffer.wrap(bytes);
            assertThat(frame.get()).isZero();
            assertThat(frame.getInt()).isEqualTo(frame.remaining());
            return DynamicMessage.parseFrom(MESSAGES.get(type), ByteString.copyFrom(frame));
        }
    }

    private static DynamicMessage message(String type, String text) throws Exception {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(MESSAGES.get(type));
        TextFormat.merge(text, builder);
        return builder.build();
    }

    private static Answer call(String method, DynamicMessage message) throws Exception {
        byte[] bytes = message.toByteArray();
        return call(
                method,
                Buffer.buffer().appendByte((byte) 0).appendInt(bytes.length).appendBytes(bytes),
                "identity");
    }

    private static Answer call(String method, Buffer body, String encoding) throws Exception {
        Promise<Answer> answered = Promise.promise();
        // On a context of Vert.x: from outside, the first bytes may come before their handler is
        // set.
        vertx.runOnContext(ignored -> exchange(method, body, encoding).onComplete(answered));
        return answered.future()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private static Future<Answer> exchange(String method, Buffer body, String encoding) {
        return client.request(HttpMethod.POST, "/" + method)
                .compose(
                        request ->
                                request.putHeader("Content-Type", "application/grpc")
                                        .putHeader("grpc-encoding", encoding)
                                        .putHeader("te", "trailers")
                                        .send(body))
                .compose(
                        response -> {
                            assertThat(response.statusCode()).isEqualTo(200);
                            assertThat(response.getHeader("Content-Type"))
                                    .isEqualTo("application/grpc");
                            return response.body()
                                    .map(
                                            bytes ->
                                                    new Answer(
                                                            response.getTrailer("grpc-status"),
                                                            response.getTrailer("grpc-message"),
                                                            bytes.getBytes()));
                        });
    }

    private static Answer infer(String text) throws Exception {
        return call(SERVICE + "/ModelInfer", message("ModelInferRequest", text));
    }

    @Test
    void tellsAboutItself() throws Exception {
        assertThat(
                        call(SERVICE + "/ServerLive", message("ServerLiveRequest", ""))
                                .as("ServerLiveResponse")
                                .toString())
                .isEqualTo("live: true\n");
        assertThat(
                        call(SERVICE + "/ServerReady", message("ServerReadyRequest", ""))
                                .as("ServerReadyResponse")
                                .toString())
                .isEqualTo("ready: true\n");
        assertThat(
                        call(
                                        SERVICE + "/ModelReady",
                                        message("ModelReadyRequest", "name: 'fp32' version: '1'"))
                                .as("ModelReadyResponse")
                                .toString())
                .isEqualTo("ready: true\n");
        assertThat(
                        call(SERVICE + "/ServerMetadata", message("ServerMetadataRequest", ""))
                                .as("ServerMetadataResponse")
                                .toString())
                .contains("name: \"marmita\"", "extensions: \"binary_tensor_data\"");
        assertThat(
                        call(
                                        SERVICE + "/ModelMetadata",
                                        message("ModelMetadataRequest", "name: 'uint16'"))
                                .as("ModelMetadataResponse"))
                .isEqualTo(
                        message(
                                "ModelMetadataResponse",
                                "name: 'uint16' versions: '1' platform: 'onnx_onnxv1'"
                                        + " inputs { name: 'x' datatype: 'UINT16' shape: -1 }"
                                        + " outputs { name: 'y' datatype: 'UINT16' shape: -1 }"
                                        + " properties { key: 'made-by' value: 'a test' }"));
        assertThat(
                        call("grpc.health.v1.Health/Check", message("HealthCheckRequest", ""))
                                .as("HealthCheckResponse")
                                .toString())
                .isEqualTo("status: SERVING\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fp32| FP32| 3| fp32_contents: [1.5, -2, 0.1]",
                "fp64| FP64| 2| fp64_contents: [1e300, -2]",
                "int8| INT8| 3| int_contents: [-128, 0, 127]",
                "uint16| UINT16| 2| uint_contents: [0, 65535]",
                "uint64| UINT64| 2| uint64_contents: [0, 18446744073709551615]",
                "bool| BOOL| 2| bool_contents: [true, false]",
                "texts| BYTES| 2| bytes_contents: ['hello', '']",
            })
    void carriesTypedContentsBothWays(String model, String type, int size, String contents)
            throws Exception {
        Answer answer =
                infer(
                        "model_name: '%s' id: '7' inputs { name: 'x' datatype: '%s' shape: %d contents { %s } }"
                                .formatted(model, type, size, contents));

        assertThat(answer.as("ModelInferResponse"))
                .isEqualTo(
                        message(
                                "ModelInferResponse",
                                "model_name: '%s' model_version: '1' id: '7' outputs { name: 'y' datatype: '%s' shape: %d contents { %s } }"
                                        .formatted(model, type, size, contents)));
    }

    private static DynamicMessage raw(String text, byte[]... contents) throws Exception {
        DynamicMessage.Builder builder = message("ModelInferRequest", text).toBuilder();
        var field = builder.getDescriptorForType().findFieldByName("raw_input_contents");
        for (byte[] one : contents) {
            builder.addRepeatedField(field, ByteString.copyFrom(one));
        }
        return builder.build();
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    @Test
    void carriesRawContentsBothWays() throws Exception {
        DynamicMessage response =
                call(
                                SERVICE + "/ModelInfer",
                                raw(
                                        "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: 2 } outputs { name: 'y' }",
                                        floats(1, 2)))
                        .as("ModelInferResponse");

        var field = response.getDescriptorForType().findFieldByName("raw_output_contents");
        assertThat(response.getRepeatedFieldCount(field)).isEqualTo(1);
        assertThat(((ByteString) response.getRepeatedField(field, 0)).toByteArray())
                .isEqualTo(floats(1, 2));
        assertThat(
                        call(
                                        SERVICE + "/ModelInfer",
                                        raw(
                                                "model_name: 'half' inputs { name: 'x' datatype: 'FP16' shape: 2 }",
                                                new byte[4]))
                                .status())
                .isEqualTo("0");
    }

    @Test
    void takesCompressedMessages() throws Exception {
        byte[] message =
                raw(
                                "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: 2 }",
                                floats(1, 2))
                        .toByteArray();
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(zipped)) {
            gzip.write(message);
        }
        Buffer frame =
                Buffer.buffer()
                        .appendByte((byte) 1)
                        .appendInt(zipped.size())
                        .appendBytes(zipped.toByteArray());

        assertThat(call(SERVICE + "/ModelInfer", frame, "gzip").status()).isEqualTo("0");
        assertThat(call(SERVICE + "/ModelInfer", frame, "snappy").status()).isEqualTo("12");
        assertThat(call(SERVICE + "/ModelInfer", frame, "deflate").status()).isEqualTo("3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model_name: 'nope'| 5| no model 'nope'",
                "model_name: 'fp32' model_version: '9'| 5| no version '9'",
                "model_name: 'fp32'| 3| input 'x' is missing",
                "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: 2 contents { fp32_contents: 1 } }| 3| number of elements",
                "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: -2 contents { fp32_contents: 1 } }| 3| negative dimension",
                "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: [4611686018427387904, 8] }| 3| too large",
                "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: 500000000 }| 3| number of elements",
                "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: 1 contents { int_contents: 1 } }| 3| another type",
                "model_name: 'int8' inputs { name: 'x' datatype: 'INT8' shape: 1 contents { int_contents: 128 } }| 3| out of the range",
                "model_name: 'half' inputs { name: 'x' datatype: 'FP16' shape: 1 contents { fp32_contents: 1 } }| 3| raw contents",
                "model_name: 'fp32' inputs { name: 'x' datatype: 'FP99' shape: 1 }| 3| unknown datatype",
                "model_name: 'fp32' raw_input_contents: 'abcd'| 3| 1 raw_input_contents for 0 inputs",
                "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: 2 } raw_input_contents: 'abcd'| 3| has 4 bytes",
                "model_name: 'square' inputs { name: 'x' datatype: 'FP32' shape: [1,2] contents { fp32_contents: [1,2] } }| 13| failed on these inputs",
            })
    void answersBadCallsWithAStatus(String text, String status, String message) throws Exception {
        Answer answer = infer(text);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.message()).contains(message);
    }

    @Test
    void answersGarbageAndUnknownMethodsWithAStatus() throws Exception {
        Buffer garbage =
                Buffer.buffer()
                        .appendByte((byte) 0)
                        .appendInt(3)
                        .appendBytes(new byte[] {(byte) 0xFF, 1, 2});

        assertThat(call(SERVICE + "/ModelInfer", garbage, "identity").status()).isEqualTo("3");
        assertThat(call(SERVICE + "/ModelReady", garbage, "identity").status()).isEqualTo("3");
        assertThat(call(SERVICE + "/ModelInfer", Buffer.buffer("abc"), "identity").status())
                .isEqualTo("3");
        assertThat(call(SERVICE + "/ModelReady", Buffer.buffer(), "identity").status())
                .isEqualTo("3");
        assertThat(call(SERVICE + "/Nope", Buffer.buffer(), "identity").status()).isEqualTo("12");
        Buffer large =
                Buffer.buffer()
                        .appendByte((byte) 0)
                        .appendInt(Integer.MAX_VALUE)
                        .appendBytes(new byte[100]);
        assertThat(call(SERVICE + "/ModelInfer", large, "identity").status()).isEqualTo("8");
        assertThat(
                        infer("model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: 0 }")
                                .status())
                .isEqualTo("0");
    }

    @Test
    void answersWhateverBytesComeWithAStatusOfTheCallersFault() throws Exception {
        byte[][] valid = {
            raw(
                            "model_name: 'fp32' id: 'a' inputs { name: 'x' datatype: 'FP32' shape: 2 } outputs { name: 'y' }",
                            floats(1, 2))
                    .toByteArray(),
            message(
                            "ModelInferRequest",
                            "model_name: 'texts' inputs { name: 'x' datatype: 'BYTES' shape: 2 contents { bytes_contents: ['a', 'b'] } }")
                    .toByteArray()
        };
        Random random = new Random(11);
        for (int i = 0; i < 3_000; i++) {
            byte[] bytes = valid[i % 2].clone();
            for (int n = random.nextInt(1, 5); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
            Buffer frame =
                    Buffer.buffer()
                            .appendByte((byte) 0)
                            .appendInt(length)
                            .appendBytes(bytes, 0, length);

            assertThat(call(SERVICE + "/ModelInfer", frame, "identity").status())
                    .isIn("0", "3", "5");
        }
    }
}
