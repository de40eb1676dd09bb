package dev.marmita.runner.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.runner.conformance.RawHttp.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Open Inference Protocol v2 over REST. */
@Timeout(60)
@ExtendWith(Subject.Given.class)
class RestConformanceTest {

    private final RawHttp http;

    RestConformanceTest(Subject subject) {
        this.http = subject.http();
    }

    private Answer infer(String model, String inputs) {
        return http.json("/v2/models/" + model + "/infer", "{\"inputs\":[" + inputs + "]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v2/health/live| {\"live\":true}",
                "/v2/health/ready| {\"ready\":true}",
                "/v2/models/rows/ready| {\"name\":\"rows\",\"ready\":true}",
                "/v2/models/rows/versions/1/ready| {\"name\":\"rows\",\"ready\":true}",
            })
    void healthAnswersHaveABodyThatKServesClientsRead(String path, String body) {
        Answer answer = http.get(path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.text()).isEqualTo(body);
    }

    @Test
    void serverMetadataListsOnlyExtensionsThatAreServed() {
        assertThat(http.get("/v2").text())
                .startsWith("{\"name\":\"marmita\",\"version\":\"")
                .endsWith(
                        "\"extensions\":[\"binary_tensor_data\",\"parameters\",\"schedule_policy\","
                                + "\"statistics\",\"model_configuration\",\"model_repository\"]}");
    }

    @Test
    void modelMetadataTellsVersionsPlatformAndTensors() {
        assertThat(http.get("/v2/models/rows").text())
                .isEqualTo(
                        "{\"name\":\"rows\",\"versions\":[\"2\",\"1\"],\"platform\":\"onnx_onnxv1\","
                                + "\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,3]}],"
                                + "\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[-1,3]}],"
                                + "\"properties\":{\"made-by\":\"a test\"}}");
        assertThat(http.get("/v2/models/rows/versions/1").status()).isEqualTo(200);
    }

    @Test
    void listsModelsAsKServeDoes() {
        assertThat(http.get("/v2/models").text())
                .startsWith("{\"models\":[\"rows\",\"arithmetic\"");
    }

    @ParameterizedTest
    @CsvSource({"rows/infer, 2", "rows/versions/1/infer, 1", "rows/versions/2/infer, 2"})
    void anInferenceGoesToTheVersionAskedForElseToTheServersChoice(String path, String version) {
        Answer answer =
                http.json(
                        "/v2/models/" + path,
                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[1,2,3]}]}");

        assertThat(answer.text())
                .isEqualTo(
                        "{\"model_name\":\"rows\",\"model_version\":\""
                                + version
                                + "\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1.0,2.0,3.0]}]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[1,2,3,4,5,6]", "[[1,2,3],[4,5,6]]", "[ [ 1.0, 2e0, 3 ],\n[4,5,6.00] ]"})
    void dataIsFlatOrNested(String data) {
        assertThat(
                        infer(
                                        "rows",
                                        "{\"name\":\"x\",\"shape\":[2,3],\"datatype\":\"FP32\",\"data\":"
                                                + data
                                                + "}")
                                .text())
                .contains("\"shape\":[2,3],\"data\":[1.0,2.0,3.0,4.0,5.0,6.0]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bool| BOOL| true,false| true,false",
                "uint8| UINT8| 0,255| 0,255",
                "uint16| UINT16| 0,65535| 0,65535",
                "uint32| UINT32| 0,4294967295| 0,4294967295",
                "uint64| UINT64| 9007199254740993,18446744073709551615| 9007199254740993,18446744073709551615",
                "int8| INT8| -128,127| -128,127",
                "int16| INT16| -32768,32767| -32768,32767",
                "int32| INT32| -2147483648,2147483647| -2147483648,2147483647",
                "int64| INT64| -9223372036854775808,9223372036854775807| -9223372036854775808,9223372036854775807",
                "fp32| FP32| 0.1,-3e38| 0.1,-3.0E38",
                "fp64| FP64| 0.1,1e300| 0.1,1.0E300",
                "bytes| BYTES| \"a\",\"\u00e9\\u0000\"| \"a\",\"\u00e9\\u0000\"",
            })
    void carriesEveryDatatypeExactly(String model, String datatype, String data, String answer) {
        assertThat(
                        infer(
                                        model,
                                        "{\"name\":\"x\",\"shape\":[2],\"datatype\":\""
                                                + datatype
                                                + "\",\"data\":["
                                                + data
                                                + "]}")
                                .text())
                .endsWith(
                        "\"datatype\":\""
                                + datatype
                                + "\",\"shape\":[2],\"data\":["
                                + answer
                                + "]}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fp16", "bf16"})
    void halfFloatsAreRefusedInJsonByName(String model) {
        Answer answer =
                infer(
                        model,
                        "{\"name\":\"x\",\"shape\":[1],\"datatype\":\""
                                + model.toUpperCase(java.util.Locale.ROOT)
                                + "\",\"data\":[1]}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("input 'x'", "must be sent as binary data");
    }

    @Test
    void echoesTheIdAndPassesUnknownParameters() {
        Answer answer =
                http.json(
                        "/v2/models/fp32/infer",
                        "{\"id\":\"a \\\"1\\\"\",\"parameters\":{\"sequence_id\":0,\"mine\":{\"x\":[1]},\"headers\":\"h\",\"triton_x\":true},"
                                + "\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1],\"parameters\":{\"mine\":1}}]}");

        assertThat(answer.text()).contains("\"id\":\"a \\\"1\\\"\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"name\":\"difference\"}]| \"outputs\":[{\"name\":\"difference\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[-1.0]}]}",
                "[{\"name\":\"difference\"},{\"name\":\"sum\"}]| \"outputs\":[{\"name\":\"difference\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[-1.0]},{\"name\":\"sum\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[3.0]}]}",
                "null| \"outputs\":[{\"name\":\"sum\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[3.0]},{\"name\":\"difference\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[-1.0]}]}",
            })
    void givesTheOutputsAskedForInThatOrderElseAll(String outputs, String answer) {
        assertThat(
                        http.json(
                                        "/v2/models/arithmetic/infer",
                                        "{\"outputs\":"
                                                + outputs
                                                + ",\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]},"
                                                + "{\"name\":\"b\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[2]}]}")
                                .text())
                .endsWith(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET| /v2/models/nope| 404| no model 'nope'",
                "GET| /v2/models/rows/versions/9| 404| no version '9'",
                "GET| /v2/models/nope/ready| 404| no model 'nope'",
                "GET| /v2/models/rows/infer| 405| send POST",
                "POST| /v2| 405| send GET",
                "POST| /v2/models/nope/infer| 404| no model 'nope'",
                "GET| /v2/nothing| 404| nothing at /v2/nothing",
                "GET| /v2/logging| 501| not served",
                "GET| /v2/systemsharedmemory/status| 501| not served",
                "POST| /v2/models/rows/generate| 501| not served",
                "GET| /v2/models/%zz| 400| not well-formed",
            })
    void answersWithTheProtocolsErrorBody(String method, String path, int status, String message) {
        Answer answer =
                http.send(
                        method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n",
                        "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.text()).startsWith("{\"error\":\"").contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}| 'inputs'",
                "{\"inputs\":[]}| input 'x' is missing",
                "nope| not valid JSON",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]} x| more after",
                "{\"inputs\":[{\"name\":\"z\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}| input 'x' is missing",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP99\",\"data\":[1]}]}| unknown datatype 'FP99'",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"INT32\",\"data\":[1]}]}| 'x'",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[1]}]}| fewer elements",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1,2]}]}| more elements",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[-1],\"datatype\":\"FP32\",\"data\":[1]}]}| negative dimension",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\"}]}| 'data'",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}],\"outputs\":[{\"name\":\"q\"}]}| no output 'q'",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"parameters\":{\"shared_memory_region\":\"r\"},\"data\":[1]}]}| shared_memory_region",
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":2}}]}| classification",
                "{\"parameters\":{\"timeout\":-1},\"inputs\":[]}| 'timeout' must not be negative",
                "{\"parameters\":{\"priority\":\"high\"},\"inputs\":[]}| not valid JSON",
            })
    void namesTheFaultOfABadRequest(String body, String fault) {
        Answer answer = http.json("/v2/models/fp32/infer", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).startsWith("{\"error\":\"").contains(fault);
    }

    @Test
    void aRequestThatOutlivesItsOwnTimeoutIsAnswered504() {
        StringBuilder data = new StringBuilder("0");
        data.append(",0".repeat(1_000_000 - 1));
        Answer answer =
                http.json(
                        "/v2/models/square/infer",
                        "{\"parameters\":{\"timeout\":1},\"inputs\":[{\"name\":\"x\",\"shape\":[1000,1000],\"datatype\":\"FP32\",\"data\":["
                                + data
                                + "]}]}");

        assertThat(answer.status()).isEqualTo(504);
    }

    @Test
    void aModelThatFailsIsAnswered500AndServesOn() {
        String bad = "{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}";
        String good = "{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[3]}";

        assertThat(infer("square", bad).status()).isEqualTo(500);
        assertThat(infer("square", good).text()).contains("\"data\":[9.0]");
    }

    @Test
    void aModelIsAlsoFoundByItsSlotAndByAnEncodedName() {
        assertThat(http.get("/v2/models/older").text()).startsWith("{\"name\":\"rows\"");
        assertThat(http.get("/v2/models/r%6Fws/ready").status()).isEqualTo(200);
    }
}
