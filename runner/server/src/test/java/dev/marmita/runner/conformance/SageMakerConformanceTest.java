package dev.marmita.runner.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.runner.conformance.RawHttp.Answer;
import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import dev.marmita.service.Api;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What SageMaker asks of a container: {@code GET /ping} and {@code POST /invocations}. */
@Timeout(60)
@ExtendWith(Subject.Given.class)
class SageMakerConformanceTest {

    private static final String TARGET = "X-Amzn-SageMaker-Target-Model: ";
    private static final String JSON = "Content-Type: application/json";

    /** A service of one route. */
    public static final class One {
        public record Greeting(String text) {}

        @Api
        public Greeting greet(Greeting greeting) {
            return new Greeting("hello " + greeting.text());
        }
    }

    private final RawHttp http;

    SageMakerConformanceTest(Subject subject) {
        this.http = subject.http();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void pingAnswers200WhenReady() {
        assertThat(http.get("/ping").status()).isEqualTo(200);
    }

    @Test
    void anInvocationInJsonIsOneOfVersion2OrOfVersion1() {
        String v2 =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[5]}]}";

        assertThat(http.post("/invocations", bytes(v2), JSON, TARGET + "fp32").text())
                .contains("\"model_name\":\"fp32\"", "\"data\":[5.0]");
        assertThat(
                        http.post(
                                        "/invocations",
                                        bytes("{\"instances\":[5]}"),
                                        JSON + "; charset=utf-8",
                                        TARGET + "fp32.tar.gz")
                                .text())
                .isEqualTo("{\"predictions\":[5.0]}");
        assertThat(
                        http.post(
                                        "/invocations",
                                        bytes("{\"inputs\":[5,6]}"),
                                        JSON,
                                        TARGET + "/fp32")
                                .text())
                .isEqualTo("{\"predictions\":[5.0,6.0]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/octet-stream", "image/png", "application/x-npy"})
    void anyOtherBodyIsTheRawTensorOfTheOnlyInput(String type) {
        assertThat(
                        http.post(
                                        "/invocations",
                                        Subject.floats(1, 2),
                                        "Content-Type: " + type,
                                        TARGET + "fp32")
                                .text())
                .contains("\"shape\":[2],\"data\":[1.0,2.0]");
    }

    @Test
    void tritonsBinaryFormIsTakenAndAnswered() {
        String json =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP16\",\"parameters\":{\"binary_data_size\":2}}],"
                        + "\"parameters\":{\"binary_data_output\":true}}";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(bytes(json));
        body.writeBytes(new byte[] {1, 2});
        String type = "application/vnd.sagemaker-triton.binary+json;json-header-size=";

        Answer answer =
                http.post(
                        "/invocations",
                        body.toByteArray(),
                        "Content-Type: " + type + json.length(),
                        TARGET + "fp16");

        assertThat(answer.header("content-type")).startsWith(type);
        int head = Integer.parseInt(answer.header("content-type").substring(type.length()));
        assertThat(Arrays.copyOfRange(answer.bytes(), head, answer.bytes().length))
                .containsExactly(1, 2);
        assertThat(
                        http.post(
                                        "/invocations",
                                        body.toByteArray(),
                                        "Content-Type: application/vnd.sagemaker-triton.binary+json",
                                        TARGET + "fp16")
                                .status())
                .isEqualTo(400);
    }

    @Test
    void manyModelsAndManyRoutesTakeAHeaderThatSaysWhich() {
        Answer answer = http.post("/invocations", bytes("{}"), JSON);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("X-Amzn-SageMaker-Target-Model");
        assertThat(http.post("/invocations", bytes("{}"), JSON, TARGET + "nope").status())
                .isEqualTo(404);
        assertThat(http.get("/invocations").status()).isEqualTo(405);
    }

    @Test
    void anOnlyModelNeedsNoHeader(@TempDir Path home) throws Exception {
        Path bundle = TestBundle.of(home.resolve("b"), Subject.Two.class, "m");
        Path file = TinyOnnx.identity(home.resolve("m.onnx"), TinyOnnx.Type.FP32, -1);
        try (TestRunner runner =
                new TestRunner.Setup(home, bundle).model("m", "m", "1", file).start()) {
            assertThat(
                            new RawHttp(runner.port())
                                    .json("/invocations", "{\"instances\":[1]}")
                                    .text())
                    .isEqualTo("{\"predictions\":[1.0]}");
        }
    }

    @Test
    void anOnlyRouteOfTheServiceIsWhatItServes(@TempDir Path home) throws Exception {
        Path bundle = TestBundle.of(home.resolve("b"), One.class, "m");
        Path file = TinyOnnx.identity(home.resolve("m.onnx"), TinyOnnx.Type.FP32, -1);
        try (TestRunner runner =
                new TestRunner.Setup(home, bundle).model("m", "m", "1", file).start()) {
            RawHttp plain = new RawHttp(runner.port());

            assertThat(plain.json("/invocations", "{\"text\":\"you\"}").text())
                    .isEqualTo("{\"text\":\"hello you\"}");
            assertThat(
                            plain.post(
                                            "/invocations",
                                            bytes("{\"instances\":[1]}"),
                                            JSON,
                                            TARGET + "m")
                                    .text())
                    .isEqualTo("{\"predictions\":[1.0]}");
        }
    }
}
