package dev.marmita.runner.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import dev.marmita.runner.conformance.RawHttp.Answer;
import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Triton's extensions: statistics, model configuration, model repository. */
@Timeout(60)
@ExtendWith(Subject.Given.class)
class ExtensionConformanceTest {

    private static final String CALL =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[4,3],\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6,7,8,9,10,11,12]}]}";

    private final RawHttp http;
    private final RawGrpc grpc;

    ExtensionConformanceTest(Subject subject) {
        this.http = subject.http();
        this.grpc = subject.grpc();
    }

    private static long number(String text, String before) {
        Matcher found = Pattern.compile(Pattern.quote(before) + "(\\d+)").matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return Long.parseLong(found.group(1));
    }

    @Test
    void statisticsCountRequestsRowsAndRuns() {
        String before = http.get("/v2/models/rows/versions/1/stats").text();
        http.json("/v2/models/rows/versions/1/infer", CALL);
        http.json("/v2/models/rows/versions/1/infer", CALL.replace("[4,3]", "[5,3]"));
        http.json("/v2/models/rows/versions/1/infer", CALL.replace("\"x\"", "\"nope\""));

        String now = http.get("/v2/models/rows/versions/1/stats").text();

        assertThat(now)
                .startsWith(
                        "{\"model_stats\":[{\"name\":\"rows\",\"version\":\"1\",\"last_inference\":")
                .contains("{\"batch_size\":4,\"compute_input\":{\"count\":")
                .contains("\"cache_hit\":{\"count\":0,\"ns\":0}");
        assertThat(number(now, "\"inference_count\":") - number(before, "\"inference_count\":"))
                .isEqualTo(4);
        assertThat(number(now, "\"execution_count\":") - number(before, "\"execution_count\":"))
                .isEqualTo(1);
        assertThat(
                        number(now, "\"success\":{\"count\":")
                                - number(before, "\"success\":{\"count\":"))
                .isEqualTo(1);
        assertThat(number(now, "\"fail\":{\"count\":") - number(before, "\"fail\":{\"count\":"))
                .isEqualTo(1);
        assertThat(number(now, "\"last_inference\":")).isGreaterThan(1_600_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/models/stats, rows, fp32",
        "/v2/models/rows/stats, '\"version\":\"2\"', '\"version\":\"1\"'",
        "/v2/models/rows/versions/1/stats, '\"version\":\"1\"', rows"
    })
    void statisticsAreOfAllModelsOfOneOrOfAVersion(String path, String one, String other) {
        assertThat(http.get(path).text()).contains(one, other);
    }

    @Test
    void statisticsOverGrpcAreTheSame() throws Exception {
        http.json("/v2/models/rows/versions/1/infer", CALL);

        DynamicMessage all = grpc.ask("ModelStatistics", "name: 'rows' version: '1'");

        assertThat(all.toString())
                .contains("name: \"rows\"", "inference_count:", "batch_size: 4", "compute_infer");
        assertThat(grpc.ask("ModelStatistics", "").toString()).contains("\"rows\"", "\"fp32\"");
    }

    @Test
    void modelConfigurationHasTritonsForm() throws Exception {
        assertThat(http.get("/v2/models/rows/config").text())
                .isEqualTo(
                        "{\"name\":\"rows\",\"platform\":\"onnx_onnxv1\",\"backend\":\"onnxruntime\","
                                + "\"version_policy\":{\"specific\":{\"versions\":[2,1]}},\"max_batch_size\":0,"
                                + "\"input\":[{\"name\":\"x\",\"data_type\":\"TYPE_FP32\",\"dims\":[-1,3]}],"
                                + "\"output\":[{\"name\":\"y\",\"data_type\":\"TYPE_FP32\",\"dims\":[-1,3]}],"
                                + "\"model_transaction_policy\":{\"decoupled\":false}}");
        assertThat(http.get("/v2/models/bytes/config").text()).contains("TYPE_STRING");
        assertThat(grpc.ask("ModelConfig", "name: 'bf16'"))
                .isEqualTo(
                        grpc.message(
                                "ModelConfigResponse",
                                "config { name: 'bf16' platform: 'onnx_onnxv1' backend: 'onnxruntime'"
                                        + " version_policy { specific { versions: 1 } }"
                                        + " input { name: 'x' data_type: TYPE_BF16 dims: -1 }"
                                        + " output { name: 'y' data_type: TYPE_BF16 dims: -1 } }"));
    }

    @Test
    void theIndexTellsEveryVersionAndItsState() throws Exception {
        Answer all = http.json("/v2/repository/index", "{}");
        assertThat(all.text())
                .startsWith(
                        "[{\"name\":\"rows\",\"version\":\"2\",\"state\":\"READY\",\"reason\":\"\"},"
                                + "{\"name\":\"rows\",\"version\":\"1\",\"state\":\"READY\"");
        assertThat(http.post("/v2/repository/index", new byte[0]).status()).isEqualTo(200);
        assertThat(grpc.ask("RepositoryIndex", "").toString())
                .contains("name: \"rows\"", "state: \"READY\"");
    }

    @Test
    void aModelIsUnloadedAndLoadedOverRest() throws Exception {
        Answer unloaded = http.json("/v2/repository/models/uint8/unload", "{}");
        try {
            assertThat(unloaded.status()).isEqualTo(200);
            assertThat(http.json("/v2/repository/index", "{}").text())
                    .contains(
                            "{\"name\":\"uint8\",\"version\":\"1\",\"state\":\"UNAVAILABLE\",\"reason\":\"unloaded\"}");
            assertThat(http.json("/v2/repository/index", "{\"ready\":true}").text())
                    .doesNotContain("\"uint8\"");
            assertThat(http.get("/v2/models").text()).doesNotContain("\"uint8\"");
            assertThat(http.get("/v2/models/uint8/ready").status()).isEqualTo(503);
            assertThat(http.get("/v2/models/uint8").status()).isEqualTo(404);
            assertThat(http.json("/v2/models/uint8/infer", CALL).status()).isEqualTo(404);
            assertThat(http.get("/v2/health/ready").status()).isEqualTo(200);
            assertThat(grpc.ask("ModelReady", "name: 'uint8'").toString()).isEmpty();
        } finally {
            assertThat(http.post("/v2/repository/models/uint8/load", new byte[0]).text())
                    .isEqualTo("{\"name\":\"uint8\",\"load\":true}");
        }
        assertThat(
                        http.json(
                                        "/v2/models/uint8/infer",
                                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"UINT8\",\"data\":[5]}]}")
                                .text())
                .contains("\"data\":[5]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model_name: 'int8'", "repository_name: 'int8'"})
    void aModelIsUnloadedAndLoadedOverGrpcInTritonsFormAndInKServes(String request)
            throws Exception {
        grpc.ask("RepositoryModelUnload", request);
        try {
            assertThat(http.get("/v2/models/int8/ready").status()).isEqualTo(503);
            RawGrpc.Call infer =
                    grpc.call(
                            RawGrpc.SERVICE + "/ModelInfer",
                            grpc.raw(
                                    "model_name: 'int8' inputs { name: 'x' datatype: 'INT8' shape: 1 }",
                                    new byte[1]));
            assertThat(infer.status()).isEqualTo("5");
        } finally {
            assertThat(grpc.ask("RepositoryModelLoad", request).toString())
                    .contains("model_name: \"int8\"", "isLoaded: true");
        }
        assertThat(http.get("/v2/models/int8/ready").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/v2/repository/models/nope/load| {}| 404| no model 'nope'",
                "/v2/repository/models/fp32/load| {\"parameters\":{\"config\":\"{}\"}}| 400| 'config' is not served",
                "/v2/repository/models/fp32/load| {\"parameters\":{\"file:1/model.onnx\":\"AAAA\"}}| 400| 'file:…' is not served",
                "/v2/repository/models/fp32/load| [| 400| not valid JSON",
                "/v2/repository/models/fp32/delete| {}| 404| nothing at",
                "/v2/repository/index| {\"ready\":3}| 400| not valid JSON",
            })
    void nobodyBringsFilesOrConfigurations(String path, String body, int status, String message) {
        Answer answer = http.json(path, body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).startsWith("{\"error\":\"").contains(message);
        assertThat(http.get("/v2/models/fp32/ready").status()).isEqualTo(200);
    }

    @Test
    void grpcRefusesFilesToo() throws Exception {
        RawGrpc.Call call =
                grpc.call(
                        RawGrpc.SERVICE + "/RepositoryModelLoad",
                        grpc.message(
                                "RepositoryModelLoadRequest",
                                "model_name: 'fp32' parameters { key: 'file:1/m.onnx' value { bytes_param: 'x' } }"));

        assertThat(call.status()).isEqualTo("3");
        assertThat(
                        grpc.call(
                                        RawGrpc.SERVICE + "/RepositoryModelLoad",
                                        grpc.message("RepositoryModelLoadRequest", ""))
                                .status())
                .isEqualTo("3");
    }

    @Test
    void onlyADeploymentThatSaysSoLetsCallersUnloadModels(@TempDir Path home) throws Exception {
        Path bundle = TestBundle.of(home.resolve("b"), Subject.Two.class, "m");
        Path file = TinyOnnx.identity(home.resolve("m.onnx"), TinyOnnx.Type.FP32, -1);
        try (TestRunner runner =
                        new TestRunner.Setup(home, bundle).model("m", "m", "1", file).start();
                RawGrpc calls = new RawGrpc(runner.port())) {
            RawHttp plain = new RawHttp(runner.port());

            assertThat(plain.get("/v2").text()).doesNotContain("model_repository");
            Answer answer = plain.json("/v2/repository/models/m/unload", "{}");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).contains("MARMITA_MODEL_CONTROL=explicit");
            assertThat(
                            calls.call(
                                            RawGrpc.SERVICE + "/RepositoryModelUnload",
                                            calls.message(
                                                    "RepositoryModelUnloadRequest",
                                                    "model_name: 'm'"))
                                    .status())
                    .isEqualTo("7");
            assertThat(plain.json("/v2/repository/index", "{}").status()).isEqualTo(200);
        }
    }
}
