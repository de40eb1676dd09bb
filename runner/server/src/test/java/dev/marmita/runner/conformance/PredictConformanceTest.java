package dev.marmita.runner.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.runner.conformance.RawHttp.Answer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The inference protocol's version 1, as KServe's clients speak it. */
@Timeout(60)
@ExtendWith(Subject.Given.class)
class PredictConformanceTest {

    private final RawHttp http;

    PredictConformanceTest(Subject subject) {
        this.http = subject.http();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rows| {\"instances\":[[1,2,3],[4,5,6]]}| [[1.0,2.0,3.0],[4.0,5.0,6.0]]",
                "rows| {\"instances\":[{\"x\":[1,2,3]},{\"x\":[4,5,6]}]}| [[1.0,2.0,3.0],[4.0,5.0,6.0]]",
                "rows| {\"signature_name\":\"s\",\"inputs\":{\"x\":[[1,2,3]]}}| [[1.0,2.0,3.0]]",
                "rows| {\"inputs\":[[1,2,3]]}| [[1.0,2.0,3.0]]",
                "arithmetic| {\"instances\":[{\"a\":1,\"b\":2},{\"b\":1,\"a\":5}]}| [{\"sum\":3.0,\"difference\":-1.0},{\"sum\":6.0,\"difference\":4.0}]",
                "arithmetic| {\"inputs\":{\"a\":[1,5],\"b\":[2,1]}}| {\"sum\":[3.0,6.0],\"difference\":[-1.0,4.0]}",
                "int64| {\"instances\":[9007199254740993,-1]}| [9007199254740993,-1]",
                "bytes| {\"instances\":[\"a\",{\"b64\":\"YsOp\"}]}| [\"a\",\"b\u00e9\"]",
                "bytes| {\"instances\":[{\"b64\":\"YQ==\"}]}| [\"a\"]",
                "bytes| {\"instances\":[{\"x\":{\"b64\":\"YQ==\"}}]}| [\"a\"]",
            })
    void predictsOverRowsAndColumns(String model, String body, String predictions) {
        Answer answer = http.json("/v1/models/" + model + ":predict", body);

        assertThat(answer.text()).isEqualTo("{\"predictions\":" + predictions + "}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
    }

    @Test
    void predictsWithAVersion() {
        assertThat(
                        http.json("/v1/models/rows/versions/1:predict", "{\"instances\":[[1,2,3]]}")
                                .status())
                .isEqualTo(200);
        assertThat(http.json("/v1/models/rows/versions/9:predict", "{}").status()).isEqualTo(404);
    }

    @Test
    void listsModelsAndTellsWhichAreReady() {
        assertThat(http.get("/v1/models").text())
                .startsWith("{\"models\":[\"rows\",\"arithmetic\"");
        assertThat(http.get("/v1/models/rows").text())
                .isEqualTo("{\"name\":\"rows\",\"ready\":true}");
        assertThat(http.get("/v1/models/nope").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "rows| {}| either 'instances' or 'inputs'",
                "rows| {\"instances\":[],\"inputs\":[]}| either 'instances' or 'inputs'",
                "rows| {\"instances\":[[1,2],[3]]}| 'x'",
                "rows| {\"instances\":[[1,2,3],[4,5]]}| fewer elements",
                "rows| {\"instances\":[[1,2,3],4]}| '[' is missing",
                "rows| {\"instances\":[]}| 'x' takes shape",
                "rows| {\"instances\":7}| '[' is missing",
                "rows| {\"instances\":[{\"z\":1}]}| no input 'z'",
                "rows| {\"instances\":[[1,2,\"a\"]]}| not valid JSON",
                "arithmetic| {\"instances\":[1,2]}| several inputs: name them, [a, b]",
                "arithmetic| {\"instances\":[{\"a\":1}]}| instance 0 must have the input 'b'",
                "arithmetic| {\"instances\":[{\"a\":1,\"b\":1},{\"a\":1,\"a\":2,\"b\":1}]}| exactly once",
                "arithmetic| {\"inputs\":{\"a\":[1]}}| 'b' is missing",
                "fp16| {\"instances\":[1]}| must be sent as binary data",
                "bytes| {\"instances\":[{\"b64\":\"*\"}]}| not base64",
                "int8| {\"instances\":[128]}| not from -128 to 127",
            })
    void namesTheFaultOfABadRequest(String model, String body, String fault) {
        Answer answer = http.json("/v1/models/" + model + ":predict", body);

        assertThat(answer.text()).startsWith("{\"error\":\"").contains(fault);
        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void answersWhatIsNotServed() {
        assertThat(http.json("/v1/models/rows:explain", "{}").status()).isEqualTo(501);
        assertThat(http.json("/v1/models/rows:train", "{}").status()).isEqualTo(404);
        assertThat(http.json("/v1/models/nope:predict", "{}").status()).isEqualTo(404);
        assertThat(http.get("/v1/models/rows:predict").status()).isEqualTo(405);
        assertThat(http.get("/v1").status()).isEqualTo(404);
        byte[] deep = ("{\"instances\":" + "[".repeat(1000)).getBytes(StandardCharsets.UTF_8);
        assertThat(http.post("/v1/models/rows:predict", deep).status()).isEqualTo(400);
    }
}
