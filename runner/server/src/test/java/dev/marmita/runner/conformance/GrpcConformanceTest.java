package dev.marmita.runner.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.DynamicMessage;
import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Open Inference Protocol v2 over gRPC, with Triton's streams and gRPC's health service. */
@Timeout(60)
@ExtendWith(Subject.Given.class)
class GrpcConformanceTest {

    private static final String STREAM = RawGrpc.SERVICE + "/ModelStreamInfer";
    private static final String INFER = RawGrpc.SERVICE + "/ModelInfer";
    private static final String HEALTH = "grpc.health.v1.Health/";

    private final Subject subject;
    private final RawGrpc grpc;

    GrpcConformanceTest(Subject subject) {
        this.subject = subject;
        this.grpc = subject.grpc();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ServerLive| | live: true",
                "ServerReady| | ready: true",
                "ModelReady| name: 'rows' version: '1'| ready: true",
                "ServerMetadata| | name: \"marmita\"",
                "ServerMetadata| | extensions: \"statistics\"",
                "ModelMetadata| name: 'rows'| versions: \"1\"",
            })
    void tellsAboutServerAndModels(String method, String request, String part) throws Exception {
        assertThat(grpc.ask(method, request == null ? "" : request).toString()).contains(part);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bool| BOOL| bool_contents: [true, false]",
                "uint8| UINT8| uint_contents: [0, 255]",
                "uint16| UINT16| uint_contents: [0, 65535]",
                "uint32| UINT32| uint_contents: [0, 4294967295]",
                "uint64| UINT64| uint64_contents: [0, 18446744073709551615]",
                "int8| INT8| int_contents: [-128, 127]",
                "int16| INT16| int_contents: [-32768, 32767]",
                "int32| INT32| int_contents: [-2147483648, 2147483647]",
                "int64| INT64| int64_contents: [-9223372036854775808, 9223372036854775807]",
                "fp32| FP32| fp32_contents: [0.1, -3e38]",
                "fp64| FP64| fp64_contents: [0.1, 1e300]",
                "bytes| BYTES| bytes_contents: ['a', '']",
            })
    void typedContentsInMeanTypedContentsOut(String model, String datatype, String contents)
            throws Exception {
        String tensor = "datatype: '" + datatype + "' shape: 2 contents { " + contents + " }";

        assertThat(
                        grpc.ask(
                                "ModelInfer",
                                "model_name: '%s' id: 'i' inputs { name: 'x' %s }"
                                        .formatted(model, tensor)))
                .isEqualTo(
                        grpc.message(
                                "ModelInferResponse",
                                "model_name: '%s' model_version: '1' id: 'i' outputs { name: 'y' %s }"
                                        .formatted(model, tensor)));
    }

    @ParameterizedTest
    @CsvSource({"fp16, FP16, 2", "bf16, BF16, 2", "fp32, FP32, 4", "int64, INT64, 8"})
    void rawContentsInMeanRawContentsOut(String model, String datatype, int size) throws Exception {
        byte[] values = new byte[2 * size];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) (i + 1);
        }

        RawGrpc.Call call =
                grpc.call(
                        INFER,
                        grpc.raw(
                                "model_name: '%s' inputs { name: 'x' datatype: '%s' shape: 2 }"
                                        .formatted(model, datatype),
                                values));

        assertThat(RawGrpc.bytes(call.next("ModelInferResponse"), "raw_output_contents"))
                .containsExactly(values);
        assertThat(call.status()).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "model_name: 'nope'| 5| no model 'nope'",
                "model_name: 'rows' model_version: '9'| 5| no version '9'",
                "model_name: 'fp16' inputs { name: 'x' datatype: 'FP16' shape: 1 contents { fp32_contents: 1 } }| 3| raw contents",
                "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: 1 } raw_input_contents: 'abcd' raw_input_contents: ''| 3| 2 raw_input_contents for 1 inputs",
                "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: 1 contents { fp32_contents: 1 } } raw_input_contents: 'abcd'| 3| contents beside raw",
                "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: 1 parameters { key: 'shared_memory_region' value { string_param: 'r' } } } raw_input_contents: 'abcd'| 3| shared_memory_region",
                "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: 1 } outputs { name: 'y' parameters { key: 'classification' value { int64_param: 1 } } } raw_input_contents: 'abcd'| 3| classification",
                "model_name: 'fp32' parameters { key: 'timeout' value { string_param: 'x' } }| 3| 'timeout' must be an integer",
                "model_name: 'square' inputs { name: 'x' datatype: 'FP32' shape: [1,2] contents { fp32_contents: [1,2] } }| 13| failed on these inputs",
            })
    void namesTheFaultOfABadRequest(String request, String status, String message)
            throws Exception {
        RawGrpc.Call call = grpc.call(INFER, grpc.message("ModelInferRequest", request));

        assertThat(call.status()).isEqualTo(status);
        assertThat(call.statusMessage()).contains(message);
    }

    @Test
    void passesAMessageBeyondEightMebibytes() throws Exception {
        int elements = 3 << 20;
        RawGrpc.Call call =
                grpc.call(
                        INFER,
                        grpc.raw(
                                "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: "
                                        + elements
                                        + " }",
                                new byte[elements * 4]));

        assertThat(call.status()).isEqualTo("0");
        assertThat(RawGrpc.bytes(call.next("ModelInferResponse"), "raw_output_contents").getFirst())
                .hasSize(elements * 4);
    }

    @Test
    void aParameterLimitsTheTimeOfARequest() throws Exception {
        RawGrpc.Call call =
                grpc.call(
                        INFER,
                        grpc.raw(
                                "model_name: 'square' inputs { name: 'x' datatype: 'FP32' shape: [1000,1000] }"
                                        + " parameters { key: 'timeout' value { int64_param: 1 } }",
                                new byte[4_000_000]));

        assertThat(call.status()).isEqualTo("4");
    }

    @Test
    void methodsThatAreNotServedAreUnimplemented() throws Exception {
        for (String method :
                new String[] {"TraceSetting", "LogSettings", "CudaSharedMemoryStatus"}) {
            assertThat(grpc.open(RawGrpc.SERVICE + "/" + method).end().status()).isEqualTo("12");
        }
    }

    private DynamicMessage request(int number) {
        return grpc.message(
                "ModelInferRequest",
                "model_name: 'int32' id: '%d' inputs { name: 'x' datatype: 'INT32' shape: 1 contents { int_contents: %d } }"
                        .formatted(number, number));
    }

    private static String answer(DynamicMessage response) {
        return RawGrpc.field((DynamicMessage) RawGrpc.field(response, "infer_response"), "id")
                + " "
                + RawGrpc.field(response, "error_message");
    }

    @Test
    void aStreamAnswersEachRequestInOrderWhileItIsOpen() throws Exception {
        RawGrpc.Call stream = grpc.open(STREAM);
        for (int i = 0; i < 3; i++) {
            stream.send(request(i));
            assertThat(answer(stream.next("ModelStreamInferResponse"))).isEqualTo(i + " ");
        }
        Buffer many = Buffer.buffer();
        IntStream.range(3, 500)
                .forEach(i -> many.appendBuffer(RawGrpc.frame(request(i).toByteArray())));
        stream.send(many);
        for (int i = 3; i < 500; i++) {
            assertThat(answer(stream.next("ModelStreamInferResponse"))).isEqualTo(i + " ");
        }
        assertThat(stream.end().status()).isEqualTo("0");
    }

    @Test
    void aStreamTellsItsHeadBeforeItIsAskedAnything() throws Exception {
        RawGrpc.Call stream = grpc.open(STREAM);

        assertThat(stream.head().getHeader("content-type")).isEqualTo("application/grpc");
        assertThat(stream.end().status()).isEqualTo("0");
    }

    @Test
    void aStreamTellsOfABadRequestAndGoesOn() throws Exception {
        RawGrpc.Call stream = grpc.open(STREAM);
        stream.send(grpc.message("ModelInferRequest", "model_name: 'nope' id: 'bad'"));
        stream.send(RawGrpc.frame(new byte[] {(byte) 0xFF, 1}));
        stream.send(request(7)).end();

        assertThat(answer(stream.next("ModelStreamInferResponse")))
                .startsWith("bad there is no model 'nope'");
        assertThat(answer(stream.next("ModelStreamInferResponse"))).contains("protobuf");
        assertThat(answer(stream.next("ModelStreamInferResponse"))).isEqualTo("7 ");
        assertThat(stream.status()).isEqualTo("0");
    }

    @Test
    void aStreamSaysWhichAnswerIsFinalWhereItIsAsked() throws Exception {
        RawGrpc.Call stream = grpc.open(STREAM);
        stream.send(
                grpc.raw(
                        "model_name: 'fp32' inputs { name: 'x' datatype: 'FP32' shape: 1 }"
                                + " parameters { key: 'triton_enable_empty_final_response' value { bool_param: true } }",
                        new byte[4]));

        assertThat(stream.next("ModelStreamInferResponse").toString())
                .contains("key: \"triton_final_response\"", "bool_param: true");
        assertThat(stream.end().status()).isEqualTo("0");
    }

    @Test
    void aStreamTakesInOnlyWhatItsReaderKeepsUpWith() throws Exception {
        RawGrpc.Call stream = grpc.open(STREAM);
        byte[] page = new byte[1 << 20];
        DynamicMessage one =
                grpc.raw(
                        "model_name: 'uint8' inputs { name: 'x' datatype: 'UINT8' shape: 1048576 }",
                        page);
        stream.send(one);
        stream.next("ModelStreamInferResponse");
        stream.pauseAnswer(true);
        for (int i = 0; i < 60; i++) {
            stream.send(one);
        }
        // Those that wait for the reader, and what fits into buffers of the network.
        await().during(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(20))
                .until(() -> answered("uint8") < 40);
        stream.pauseAnswer(false);
        for (int i = 0; i < 60; i++) {
            stream.next("ModelStreamInferResponse");
        }
        assertThat(stream.end().status()).isEqualTo("0");
        await().atMost(Duration.ofSeconds(20)).until(() -> held() == 0);
    }

    private long answered(String model) {
        String statistics = subject.http().get("/v2/models/" + model + "/stats").text();
        Matcher count = Pattern.compile("\"success\":\\{\"count\":(\\d+)").matcher(statistics);
        assertThat(count.find()).isTrue();
        return Long.parseLong(count.group(1));
    }

    private long held() {
        String metrics = subject.http().get("/metrics").text();
        return metrics.lines()
                .filter(line -> line.startsWith("marmita_runner_held_bytes"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow(() -> new AssertionError(metrics));
    }

    @Test
    void aStreamThatIsResetLeavesNothingBehind() throws Exception {
        RawGrpc.Call stream = grpc.open(STREAM);
        for (int i = 0; i < 200; i++) {
            stream.send(request(i));
        }
        stream.next("ModelStreamInferResponse");
        stream.reset();

        await().atMost(Duration.ofSeconds(20)).until(() -> held() == 0);
        assertThat(grpc.ask("ServerReady", "").toString()).contains("true");
    }

    @Test
    void aStreamEndsWithAStatusOnAMessageThatIsTooLarge() throws Exception {
        RawGrpc.Call stream = grpc.open(STREAM);
        stream.send(Buffer.buffer().appendByte((byte) 0).appendInt(Integer.MAX_VALUE));

        assertThat(stream.status()).isEqualTo("8");
        RawGrpc.Call cut = grpc.open(STREAM);
        cut.send(Buffer.buffer().appendByte((byte) 0).appendInt(9).appendByte((byte) 1)).end();
        assertThat(cut.status()).isEqualTo("3");
    }

    @Test
    void aStreamEndsWhenItsTimeIsOver() throws Exception {
        RawGrpc.Call stream = grpc.open(STREAM, Map.of("grpc-timeout", "50m"));

        assertThat(stream.status()).isEqualTo("4");
    }

    @ParameterizedTest
    @CsvSource({
        "'', SERVING, 0",
        "inference.GRPCInferenceService, SERVING, 0",
        "grpc.health.v1.Health, SERVING, 0",
        "test, SERVING, 0",
        "test.Test, SERVING, 0",
        "rows, SERVING, 0",
        "older, SERVING, 0",
        "nope, '', 5",
        "test.Nope, '', 5",
        "inference, '', 5"
    })
    void healthIsCheckedByService(String service, String health, String status) throws Exception {
        RawGrpc.Call check =
                grpc.call(
                        HEALTH + "Check",
                        grpc.message("HealthCheckRequest", "service: '" + service + "'"));

        assertThat(check.status()).isEqualTo(status);
        if (status.equals("0")) {
            assertThat(check.next("HealthCheckResponse").toString())
                    .isEqualTo("status: " + health + "\n");
        }
    }

    @Test
    void healthOfAModelGoesWithIt() throws Exception {
        String square = "service: 'square'";
        RawGrpc.Call watch =
                grpc.call(HEALTH + "Watch", grpc.message("HealthCheckRequest", square));
        assertThat(watch.next("HealthCheckResponse").toString()).isEqualTo("status: SERVING\n");

        grpc.ask("RepositoryModelUnload", "model_name: 'square'");
        try {
            assertThat(watch.next("HealthCheckResponse").toString())
                    .isEqualTo("status: NOT_SERVING\n");
            assertThat(
                            grpc.call(HEALTH + "Check", grpc.message("HealthCheckRequest", square))
                                    .next("HealthCheckResponse")
                                    .toString())
                    .isEqualTo("status: NOT_SERVING\n");
        } finally {
            grpc.ask("RepositoryModelLoad", "model_name: 'square'");
        }
        assertThat(watch.next("HealthCheckResponse").toString()).isEqualTo("status: SERVING\n");
        watch.reset();
    }

    @Test
    void healthIsWatchedUntilTheWatcherLeaves() throws Exception {
        RawGrpc.Call watch = grpc.call(HEALTH + "Watch", grpc.message("HealthCheckRequest", ""));
        RawGrpc.Call unknown =
                grpc.call(HEALTH + "Watch", grpc.message("HealthCheckRequest", "service: 'x'"));

        assertThat(watch.next("HealthCheckResponse").toString()).isEqualTo("status: SERVING\n");
        assertThat(unknown.next("HealthCheckResponse").toString())
                .isEqualTo("status: SERVICE_UNKNOWN\n");
        watch.reset();
        unknown.reset();
    }

    @Test
    void healthTellsThatARunnerStops(@TempDir Path home) throws Exception {
        Path bundle = TestBundle.of(home.resolve("b"), Subject.Two.class, "m");
        Path file = TinyOnnx.slow(home.resolve("m.onnx"), 60);
        TestRunner runner = new TestRunner.Setup(home, bundle).model("m", "m", "1", file).start();
        try (RawGrpc calls = new RawGrpc(runner.port())) {
            RawGrpc.Call watch =
                    calls.call(HEALTH + "Watch", calls.message("HealthCheckRequest", ""));
            watch.next("HealthCheckResponse");
            // Keeps the runner from ending at once.
            RawGrpc.Call stream = calls.open(STREAM);
            stream.send(
                    calls.raw(
                            "model_name: 'm' id: '1' inputs { name: 'x' datatype: 'FP32' shape: [600,600] }",
                            new byte[4 * 600 * 600]));
            await().until(() -> busy(runner));
            Thread stopping = Thread.startVirtualThread(runner::close);

            assertThat(watch.next("HealthCheckResponse").toString())
                    .isEqualTo("status: NOT_SERVING\n");
            stream.send(calls.message("ModelInferRequest", "model_name: 'm'"));
            assertThat(answer(stream.next("ModelStreamInferResponse"))).isEqualTo("1 ");
            assertThat(stream.status()).isEqualTo("14");
            stopping.join();
        }
    }

    private static boolean busy(TestRunner runner) {
        return new RawHttp(runner.port())
                .get("/metrics")
                .text()
                .lines()
                .anyMatch(line -> line.startsWith("marmita_runner_running") && line.endsWith(" 1"));
    }

    @Test
    void reflectionListsEveryService() throws Exception {
        RawGrpc.Call call = grpc.open("grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
        // list_services, field 7.
        call.send(RawGrpc.frame(new byte[] {0x3A, 0})).end();

        assertThat(call.next("HealthCheckRequest").getUnknownFields().toString())
                .contains(
                        "inference.GRPCInferenceService",
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection",
                        "grpc.reflection.v1alpha.ServerReflection");
    }
}
