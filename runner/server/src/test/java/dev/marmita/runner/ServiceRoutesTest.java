package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceRoutesTest {

    @TempDir static Path home;
    private static TestRunner runner;

    @BeforeAll
    static void start() throws Exception {
        Path model = TinyOnnx.identity(home.resolve("echo.onnx"), TinyOnnx.Type.FP32, -1);
        runner =
                new TestRunner.Setup(
                                home, TestBundle.of(home.resolve("b"), SampleService.class, "echo"))
                        .model("echo", "echo", "1", model)
                        .maxBody(1 << 20)
                        .env(Map.of("COLOUR", "green"))
                        .start();
    }

    @AfterAll
    static void stop() throws Exception {
        runner.close();
        assertThat(home.resolve("scratch")).isEmptyDirectory();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void answersJson() throws Exception {
        HttpResponse<String> answer =
                runner.json(
                        "/describe",
                        "{\"document\":\""
                                + base64("hello")
                                + "\",\"title\":\"t\",\"mode\":\"exact\",\"pages\":[{\"number\":1,\"tags\":[\"a\"]}]}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"title\":\"t\",\"mediaType\":\"application/octet-stream\",\"fileName\":null,"
                                + "\"size\":5,\"count\":-1,\"mode\":\"exact\","
                                + "\"pages\":[{\"number\":1,\"tags\":[\"a\"]}]}");
        assertThat(answer.headers().firstValue("Marmita-Replica")).contains("receipts-3-x7k2p");
        assertThat(answer.headers().firstValue("X-Request-Id").orElse("")).isNotBlank();
        assertThat(answer.headers().firstValue("Server-Timing").orElse(""))
                .contains("receive;dur=", "queue;dur=", "service;dur=");
    }

    @Test
    void answersAFormWithAFile() throws Exception {
        String form =
                """
                --B\r
                Content-Disposition: form-data; name="document"; filename="x/scan.png"\r
                Content-Type: image/png\r
                \r
                %s\r
                --B\r
                Content-Disposition: form-data; name="title"\r
                \r
                olá\r
                --B\r
                Content-Disposition: form-data; name="count"\r
                \r
                7\r
                --B\r
                Content-Disposition: form-data; name="pages"\r
                \r
                [{"number":2,"tags":[]}]\r
                --B--\r
                """
                        .formatted("x".repeat(300_000));

        HttpResponse<String> answer =
                runner.post("/describe", "multipart/form-data; boundary=B", form);

        assertThat(answer.body())
                .isEqualTo(
                        "{\"title\":\"olá\",\"mediaType\":\"image/png\",\"fileName\":\"scan.png\","
                                + "\"size\":300000,\"count\":7,\"mode\":\"fast\","
                                + "\"pages\":[{\"number\":2,\"tags\":[]}]}");
    }

    @Test
    void takesFormFieldsThatAClientHasWrittenAsJson() throws Exception {
        String form =
                """
                --B\r
                Content-Disposition: form-data; name="document"; filename="a.png"\r
                Content-Type: image/png\r
                \r
                x\r
                --B\r
                Content-Disposition: form-data; name="title"\r
                \r
                "quoted \\u00e9"\r
                --B\r
                Content-Disposition: form-data; name="count"\r
                \r
                null\r
                --B--\r
                """;

        assertThat(runner.post("/describe", "multipart/form-data; boundary=B", form).body())
                .contains("\"title\":\"quoted é\"", "\"count\":-1");
    }

    @Test
    void answersARawBodyWithAQuery() throws Exception {
        HttpResponse<String> answer =
                runner.post("/describe?title=a%20b&count=3&mode=exact", "image/jpeg", "raw");

        assertThat(answer.body())
                .contains(
                        "\"title\":\"a b\"",
                        "\"mediaType\":\"image/jpeg\"",
                        "\"size\":3",
                        "\"count\":3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/describe| application/json| {\"title\":\"t\"}| 400| \"field\":\"document\"",
                "/describe| application/json| {\"document\":\"aGk=\",\"title\":\"t\",\"x\":1}| 400| \"field\":\"x\"",
                "/describe| application/json| {\"document\":\"aGk=\",\"title\":\"t\",\"count\":\"1\"}| 400| must be an integer",
                "/describe| application/json| {\"document\":\"aGk=\",\"title\":\"t\",\"pages\":[{\"number\":0,\"tags\":[]}]}| 400| number must be at least 1",
                "/describe| application/json| {| 400| not valid JSON",
                "/describe| application/json| null| 400| not null",
                "/describe| text/html| <p>| 415| text/html",
                "/describe?titel=x| image/png| x| 400| \"field\":\"titel\"",
                "/describe?document=x&title=t| image/png| x| 400| given twice",
                "/describe| multipart/form-data; boundary=B| no form| 400| \"field\":\"document\"",
                "/describe| multipart/form-data| no boundary| 400| well-formed form",
                "/fail| application/json| {\"kind\":\"input\"}| 400| not to my taste",
                "/who| application/json| {\"a\":1}| 400| takes no input",
                "/nothing| application/json| {}| 404| /nothing",
                "/livez| application/json| {}| 405| GET",
            })
    void saysWhatIsWrong(String path, String type, String body, int status, String message)
            throws Exception {
        HttpResponse<String> answer = runner.post(path, type, body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.body()).startsWith("{\"error\":\"").contains(message);
    }

    @Test
    void refusesJsonOfDepthAHundredThousand() throws Exception {
        HttpResponse<String> answer = runner.json("/describe", "[".repeat(100_000));

        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @Test
    void tellsTheMethodThatARouteTakes() throws Exception {
        HttpResponse<String> answer = runner.get("/describe");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
    }

    @ParameterizedTest
    @CsvSource({"bug", "another"})
    void hidesFaultsOfTheServiceAndLogsThemOnce(String kind) throws Exception {
        HttpResponse<String> answer =
                runner.send(
                        runner.request("/fail")
                                .header("Content-Type", "application/json")
                                .header("X-Request-Id", "id-" + kind)
                                .POST(BodyPublishers.ofString("{\"kind\":\"" + kind + "\"}")));

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("id-" + kind).doesNotContain("secret", "Exception");
        assertThat(runner.log().split("\"requestId\":\"id-" + kind + "\"", -1)).hasSize(2);
        assertThat(runner.log()).contains("the secret reason");
    }

    @Test
    void runsModels() throws Exception {
        assertThat(runner.json("/model/run", "{\"values\":[1.5,-2]}").body())
                .isEqualTo("{\"values\":[1.5,-2.0]}");
    }

    @Test
    void givesAndTakesRawBodies() throws Exception {
        HttpResponse<String> answer = runner.post("/reversed", "text/x-thing", "abc");

        assertThat(answer.body()).isEqualTo("cba");
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/x-thing");
        assertThat(runner.post("/utf8", "text/plain", "olá").headers().firstValue("Content-Type"))
                .contains("text/plain; charset=utf-8");
    }

    @Test
    void tellsTheServiceAboutTheRequestAndItsDeployment() throws Exception {
        HttpResponse<String> answer =
                runner.send(
                        runner.request("/who")
                                .header("X-Request-Id", "abc-1")
                                .header("x-colour", "blue")
                                .POST(BodyPublishers.noBody()));

        assertThat(answer.body()).isEqualTo("abc-1 blue green");
        assertThat(answer.headers().firstValue("X-Request-Id")).contains("abc-1");
        assertThat(home.resolve("scratch/note")).exists();
    }

    @Test
    void streamsEvents() throws Exception {
        HttpResponse<String> answer = runner.json("/ticks", "{\"to\":3}");

        assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(answer.body())
                .isEqualTo("data: {\"n\":1}\n\ndata: {\"n\":2}\n\ndata: {\"n\":3}\n\n");
        String failing = runner.json("/ticks", "{\"to\":700}").body();
        assertThat(failing)
                .contains("data: {\"n\":665}")
                .contains("event: error\ndata: {\"error\"");
        assertThat(failing).doesNotContain("secret", "\"n\":667");
    }

    @Test
    void runsPartsOfARequestBesideEachOther() throws Exception {
        assertThat(runner.json("/parallel", "{\"to\":2}").body())
                .contains("inference-0")
                .contains("inference-1");
    }

    @Test
    void refusesBodiesBeyondTheBoundWhateverTheyAnnounce() throws Exception {
        byte[] large = new byte[(1 << 20) + 1];

        assertThat(
                        runner.send(
                                        runner.request("/reversed")
                                                .POST(BodyPublishers.ofByteArray(large)))
                                .statusCode())
                .isEqualTo(413);
        HttpResponse<String> chunked =
                runner.send(
                        runner.request("/reversed")
                                .POST(
                                        BodyPublishers.ofInputStream(
                                                () -> new java.io.ByteArrayInputStream(large))));
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertThat(chunked.body()).contains("1048576 bytes");
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < 64; i++) {
                gzip.write(large);
            }
        }
        assertThat(
                        runner.send(
                                        runner.request("/reversed")
                                                .header("Content-Encoding", "gzip")
                                                .POST(
                                                        BodyPublishers.ofByteArray(
                                                                bomb.toByteArray())))
                                .statusCode())
                .isEqualTo(413);
        assertThat(runner.post("/reversed", "a/b", "still here").statusCode()).isEqualTo(200);
    }

    @Test
    void speaksGzipBothWays() throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write("abc".repeat(2000).getBytes(StandardCharsets.UTF_8));
        }

        HttpResponse<byte[]> answer =
                runner.sendForBytes(
                        runner.request("/utf8")
                                .header("Content-Encoding", "gzip")
                                .header("Accept-Encoding", "gzip, deflate")
                                .POST(BodyPublishers.ofByteArray(zipped.toByteArray())));

        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        try (InputStream in =
                new GZIPInputStream(new java.io.ByteArrayInputStream(answer.body()))) {
            assertThat(in.readAllBytes()).asString().isEqualTo("abc".repeat(2000));
        }
    }

    @Test
    void refusesEncodingsThatItDoesNotKnow() throws Exception {
        HttpResponse<String> answer =
                runner.send(
                        runner.request("/utf8")
                                .header("Content-Encoding", "wonderful")
                                .POST(BodyPublishers.ofString("abc")));

        assertThat(answer.statusCode()).isEqualTo(501);
        assertThat(answer.headers().firstValue("Accept-Encoding")).contains("gzip, deflate");
    }

    @Test
    void refusesWhatIsMeantForAnotherReplica() throws Exception {
        HttpResponse<String> foreign =
                runner.send(
                        runner.request("/utf8")
                                .header("Marmita-Replica", "other-1-aaaaa")
                                .POST(BodyPublishers.ofString("abc")));
        HttpResponse<String> own =
                runner.send(
                        runner.request("/utf8")
                                .header("Marmita-Replica", "receipts-3-x7k2p")
                                .POST(BodyPublishers.ofString("abc")));

        assertThat(foreign.statusCode()).isEqualTo(503);
        assertThat(foreign.headers().firstValue("Marmita-Unprocessed")).contains("true");
        assertThat(own.statusCode()).isEqualTo(200);
    }

    @Test
    void answersInTimeWithAnErrorAndCancelsTheWork() throws Exception {
        long start = System.nanoTime();
        HttpResponse<String> answer =
                runner.send(
                        runner.request("/sleep")
                                .header("Content-Type", "application/json")
                                .header("X-Request-Id", "late-1")
                                .header(
                                        "Marmita-Deadline",
                                        Long.toString(System.currentTimeMillis() + 200))
                                .POST(BodyPublishers.ofString("{\"millis\":15000}")));

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
        await().until(() -> System.getProperty("sample.cancelled.late-1") != null);
    }

    @Test
    void cancelsTheWorkOfACallerThatLeft() throws Exception {
        String body = "{\"millis\":15000}";
        try (Socket socket = new Socket("127.0.0.1", runner.port())) {
            socket.getOutputStream()
                    .write(
                            ("POST /sleep HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                            + "X-Request-Id: gone-1\r\nContent-Length: "
                                            + body.length()
                                            + "\r\n\r\n"
                                            + body)
                                    .getBytes(StandardCharsets.UTF_8));
            await().until(
                            () ->
                                    runner.get("/metrics")
                                                    .body()
                                                    .contains("marmita_runner_running{")
                                            && !runner.get("/metrics")
                                                    .body()
                                                    .matches(
                                                            "(?s).*marmita_runner_running\\{[^}]*} 0\n.*"));
        }

        await().until(() -> System.getProperty("sample.cancelled.gone-1") != null);
    }

    @Test
    void describesItself() throws Exception {
        String schema = runner.get("/schema.json").body();
        assertThat(schema)
                .contains("\"name\":\"test\",\"type\":\"service\"")
                .contains("\"document\":{\"type\":\"file\",\"format\":\"binary\"")
                .contains("\"required\":[\"document\",\"title\"]")
                .contains("\"is_stream\":true");
        String docs = runner.get("/docs.json").body();
        assertThat(docs)
                .contains("\"openapi\":\"3.1.0\"")
                .contains("\"/model/run\"")
                .contains("\"image/*\":{}")
                .contains("\"enum\":[\"fast\",\"exact\"]");
        HttpResponse<String> page = runner.get("/");
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.body()).contains("<!doctype html>").doesNotContain("http://", "https://");
        Files.writeString(Path.of("target/docs.json"), docs);
    }

    @Test
    void measuresItself() throws Exception {
        runner.json("/model/run", "{\"values\":[1]}");

        assertThat(runner.get("/metrics").body())
                .contains(
                        "# TYPE marmita_runner_requests_total counter",
                        "marmita_runner_requests_total{code=\"200\",deployment=\"receipts\",replica=\"receipts-3-x7k2p\","
                                + "revision=\"3\",route=\"/model/run\",tenant=\"acme\"}",
                        "marmita_runner_model_run_seconds_count{",
                        "marmita_runner_start_seconds{",
                        "stage=\"ready\"",
                        "marmita_runner_queue_length{",
                        "process_resident_memory_bytes{");
    }

    @Test
    void answersWhateverFormsComeAsTheCallersFault() throws Exception {
        String form =
                """
                --B\r
                Content-Disposition: form-data; name="document"; filename="a.png"\r
                Content-Type: image/png\r
                \r
                x\r
                --B\r
                Content-Disposition: form-data; name="title"\r
                \r
                t\r
                --B--\r
                """;
        Random random = new Random(5);
        String alphabet = "-B\r\n:;=\"\\\u0000%{[a \u00ff";
        for (int i = 0; i < 1_500; i++) {
            char[] mutated = form.toCharArray();
            for (int n = random.nextInt(1, 5); n > 0; n--) {
                mutated[random.nextInt(mutated.length)] =
                        alphabet.charAt(random.nextInt(alphabet.length()));
            }
            HttpResponse<String> answer =
                    runner.post(
                            "/describe", "multipart/form-data; boundary=B", new String(mutated));

            assertThat(answer.statusCode()).as(new String(mutated)).isIn(200, 400);
        }
    }

    @Test
    void answersHeadAsGetWithoutABody() throws Exception {
        HttpResponse<String> answer =
                runner.send(runner.request("/livez").method("HEAD", BodyPublishers.noBody()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }
}
