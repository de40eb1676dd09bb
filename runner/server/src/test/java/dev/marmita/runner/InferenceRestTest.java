package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferenceRestTest {

    @TempDir static Path home;
    private static TestRunner runner;

    /** Has a slot for each model of these tests. */
    public static final class Empty {
        public record Nothing(String text) {}

        @dev.marmita.service.Api
        public Nothing nothing() {
            return new Nothing("");
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Path echo = TinyOnnx.identity(home.resolve("echo.onnx"), TinyOnnx.Type.FP32, -1, 3);
        Path bundle =
                TestBundle.of(
                        home.resolve("b"),
                        Empty.class,
                        "echo",
                        "old",
                        "two",
                        "square",
                        "texts",
                        "half",
                        "wide");
        runner =
                new TestRunner.Setup(home, bundle)
                        .model("echo", "echo", "2", echo)
                        .model("old", "echo", "1", echo)
                        .model(
                                "two",
                                "arithmetic",
                                "1",
                                TinyOnnx.arithmetic(home.resolve("two.onnx")))
                        .model("square", "square", "1", TinyOnnx.square(home.resolve("sq.onnx")))
                        .model(
                                "texts",
                                "texts",
                                "1",
                                TinyOnnx.identity(home.resolve("t.onnx"), TinyOnnx.Type.BYTES, -1))
                        .model(
                                "half",
                                "half",
                                "1",
                                TinyOnnx.identity(home.resolve("h.onnx"), TinyOnnx.Type.FP16, -1))
                        .model(
                                "wide",
                                "wide",
                                "1",
                                TinyOnnx.identity(home.resolve("w.onnx"), TinyOnnx.Type.UINT64, -1))
                        .start();
    }

    @AfterAll
    static void stop() {
        runner.close();
    }

    private static String infer(String model, String body) throws Exception {
        return runner.json("/v2/models/" + model + "/infer", body).body();
    }

    private static final String ROW =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[0.1,2,-3e9]}]}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/v2/health/live| {\"live\":true}",
                "/v2/health/ready| {\"ready\":true}",
                "/v2| {\"name\":\"marmita\",\"version\":",
                "/v2/models| {\"models\":[\"echo\",\"arithmetic\",\"square\",\"texts\",\"half\",\"wide\"]}",
                "/v2/models/echo| {\"name\":\"echo\",\"versions\":[\"2\",\"1\"],\"platform\":\"onnx_onnxv1\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,3]}],\"outputs\":[{\"name\":\"y\",",
                "/v2/models/echo/versions/1| {\"name\":\"echo\"",
                "/v2/models/echo/ready| {\"name\":\"echo\",\"ready\":true}",
                "/v2/models/echo/versions/2/ready| {\"name\":\"echo\",\"ready\":true}",
                "/v2/models/two| {\"name\":\"arithmetic\"",
            })
    void tellsAboutItself(String path, String start) throws Exception {
        HttpResponse<String> answer = runner.get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith(start);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/models/nope",
                "/v2/models/nope/ready",
                "/v2/models/echo/versions/9",
                "/v2/models/echo/versions/9/ready",
                "/v2/models/echo/nope",
                "/v2/nope",
                "/v2/health/nope"
            })
    void answers404InTheProtocolsForm(String path) throws Exception {
        HttpResponse<String> answer = runner.get(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).startsWith("{\"error\":\"");
    }

    @Test
    void infersFromJson() throws Exception {
        assertThat(infer("echo", ROW))
                .isEqualTo(
                        "{\"model_name\":\"echo\",\"model_version\":\"2\",\"outputs\":[{\"name\":\"y\","
                                + "\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[0.1,2.0,-3.0E9]}]}");
        assertThat(
                        infer(
                                "echo/versions/1",
                                ROW.replace("{\"inputs", "{\"id\":\"a\\\"b\",\"inputs")))
                .startsWith("{\"model_name\":\"echo\",\"model_version\":\"1\",\"id\":\"a\\\"b\",");
    }

    @Test
    void givesOnlyTheOutputsAskedForInTheirOrder() throws Exception {
        String inputs =
                "{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[5]},"
                        + "{\"name\":\"b\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[3]}]";

        assertThat(infer("arithmetic", inputs + "}")).contains("\"data\":[8.0]", "\"data\":[2.0]");
        assertThat(infer("arithmetic", inputs + ",\"outputs\":[{\"name\":\"difference\"}]}"))
                .endsWith(
                        "\"outputs\":[{\"name\":\"difference\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[2.0]}]}");
        assertThat(
                        infer(
                                "arithmetic",
                                inputs
                                        + ",\"outputs\":[{\"name\":\"difference\"},{\"name\":\"sum\"}]}"))
                .matches(".*difference.*sum.*");
        assertThat(infer("arithmetic", inputs + ",\"outputs\":[{\"name\":\"nope\"}]}"))
                .contains("has no output 'nope'");
    }

    @Test
    void keepsStringsAndWideIntegersExact() throws Exception {
        assertThat(
                        infer(
                                "texts",
                                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"BYTES\",\"data\":[\"ol\\u00e1\\n\",\"\"]}]}"))
                .contains("\"data\":[\"olá\\u000a\",\"\"]");
        assertThat(
                        infer(
                                "wide",
                                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"UINT64\",\"data\":[18446744073709551615]}]}"))
                .contains("\"data\":[18446744073709551615]");
    }

    private static ByteBuffer floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.flip();
    }

    private static byte[] joined(String json, ByteBuffer binary) {
        byte[] head = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(head.length + binary.remaining());
        return all.put(head).put(binary).array();
    }

    private static HttpResponse<byte[]> binary(
            String model, int headerLength, byte[] body, String... headers) throws Exception {
        var request =
                runner.request("/v2/models/" + model + "/infer")
                        .header("Content-Type", "application/octet-stream")
                        .header("Inference-Header-Content-Length", Integer.toString(headerLength))
                        .POST(BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return runner.sendForBytes(request);
    }

    private static final String BINARY =
            "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],"
                    + "\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":12}}]}";

    @Test
    void infersFromBinaryDataBothWays() throws Exception {
        HttpResponse<byte[]> answer =
                binary("echo", BINARY.length(), joined(BINARY, floats(1, 2, 3)));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("application/octet-stream");
        int head =
                Integer.parseInt(
                        answer.headers()
                                .firstValue("Inference-Header-Content-Length")
                                .orElseThrow());
        assertThat(new String(answer.body(), 0, head, StandardCharsets.UTF_8))
                .endsWith("\"shape\":[1,3],\"parameters\":{\"binary_data_size\":12}}]}");
        assertThat(ByteBuffer.wrap(answer.body(), head, 12)).isEqualTo(floats(1, 2, 3));
    }

    @Test
    void infersFromCompressedBinaryData() throws Exception {
        byte[] body = joined(BINARY, floats(1, 2, 3));
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(gzip)) {
            out.write(body);
        }
        ByteArrayOutputStream deflate = new ByteArrayOutputStream();
        try (var out = new DeflaterOutputStream(deflate)) {
            out.write(body);
        }

        assertThat(
                        binary(
                                        "echo",
                                        BINARY.length(),
                                        gzip.toByteArray(),
                                        "Content-Encoding",
                                        "gzip")
                                .statusCode())
                .isEqualTo(200);
        assertThat(
                        binary(
                                        "echo",
                                        BINARY.length(),
                                        deflate.toByteArray(),
                                        "Content-Encoding",
                                        "deflate")
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void takesAWholeBodyAsTheOnlyInput() throws Exception {
        HttpResponse<byte[]> answer = binary("echo", 0, floats(1, 2, 3, 4, 5, 6).array());

        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .contains("\"shape\":[2,3],\"data\":[1.0,2.0,3.0,4.0,5.0,6.0]");
        assertThat(binary("echo", 0, new byte[13]).statusCode()).isEqualTo(400);
        assertThat(binary("arithmetic", 0, new byte[4]).statusCode()).isEqualTo(400);
        assertThat(binary("square", 0, new byte[4]).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"-1", "999999", "7"})
    void refusesAHeaderLengthThatDoesNotFit(int length) throws Exception {
        HttpResponse<byte[]> answer = binary("echo", length, joined(BINARY, floats(1, 2, 3)));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).startsWith("{\"error\":");
    }

    @Test
    void refusesHalfFloatsInJsonOnly() throws Exception {
        String half =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"FP16\",\"parameters\":{\"binary_data_size\":4}}]";

        assertThat(
                        infer(
                                "half",
                                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP16\",\"data\":[1]}]}"))
                .contains("must be sent as binary");
        HttpResponse<byte[]> json =
                binary("half", half.length() + 1, joined(half + "}", ByteBuffer.allocate(4)));
        assertThat(json.statusCode()).isEqualTo(400);
        assertThat(new String(json.body(), StandardCharsets.UTF_8))
                .contains("must be asked for as binary");
        String asking =
                half + ",\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]}";
        assertThat(
                        binary("half", asking.length(), joined(asking, ByteBuffer.allocate(4)))
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void answersBadCallsByNameAndGoesOn() throws Exception {
        HttpResponse<String> wrong =
                runner.json("/v2/models/echo/infer", ROW.replace("[1,3]", "[3]"));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body())
                .contains("input 'x' takes shape [-1, 3], not [3]", "\"field\":\"x\"");
        assertThat(runner.json("/v2/models/nope/infer", ROW).statusCode()).isEqualTo(404);
        assertThat(runner.get("/v2/models/echo/infer").statusCode()).isEqualTo(405);

        HttpResponse<String> poison =
                runner.json(
                        "/v2/models/square/infer",
                        ROW.replace("\"data\":[0.1,2,-3e9]", "\"data\":[1,2,3]"));
        assertThat(poison.statusCode()).isEqualTo(500);
        assertThat(poison.body()).contains("model square failed on these inputs");
        assertThat(infer("echo", ROW)).contains("\"outputs\"");
    }

    @Test
    void writesWhatIsNotFiniteAsNull() throws Exception {
        ByteBuffer values = floats(Float.NaN, Float.POSITIVE_INFINITY, 1);
        String json = BINARY.replace("\"parameters\":{\"binary_data_output\":true},", "");

        assertThat(
                        new String(
                                binary("echo", json.length(), joined(json, values)).body(),
                                StandardCharsets.UTF_8))
                .contains("\"data\":[null,null,1.0]");
    }
}
