package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Methods that take several requests at once, through the whole runner. */
@Timeout(60)
class JointMethodsTest {

    @TempDir Path home;

    private TestRunner start(Map<String, String> env) throws Exception {
        return new TestRunner.Setup(
                        home, TestBundle.of(home.resolve("b"), JointService.class, "model"))
                .model("model", "lookup", "1", TinyOnnx.lookup(home.resolve("lookup.onnx")))
                .concurrency(1)
                .env(env)
                .start();
    }

    private TestRunner start() throws Exception {
        return start(Map.of("MARMITA_BATCH", "on"));
    }

    /** The sum over a metric's series. */
    private static double metric(TestRunner runner, String name) throws Exception {
        return runner.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static CompletableFuture<HttpResponse<String>> send(
            TestRunner runner, String path, String mediaType, String body, String... headers) {
        HttpRequest.Builder request =
                runner.request(path)
                        .header("Content-Type", mediaType)
                        .POST(BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return runner.client().sendAsync(request.build(), BodyHandlers.ofString());
    }

    private static CompletableFuture<HttpResponse<String>> look(
            TestRunner runner, String text, String... headers) {
        return send(runner, "/look", "application/json", "{\"text\":\"" + text + "\"}", headers);
    }

    /** Takes the only place, so that whatever comes waits; closing it lets them in. */
    private static AutoCloseable occupy(TestRunner runner) throws Exception {
        String name = "joint.go." + UUID.randomUUID();
        var holding = send(runner, "/hold", "application/json", "{\"until\":\"" + name + "\"}");
        awaitSoon(() -> metric(runner, "marmita_runner_running") == 1);
        return () -> {
            System.setProperty(name, "");
            assertThat(holding.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        };
    }

    private static void awaitSoon(Callable<Boolean> condition) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(condition);
    }

    private static void awaitWaiting(TestRunner runner, int count) {
        awaitSoon(() -> metric(runner, "marmita_runner_queue_length") == count);
    }

    private static List<HttpResponse<String>> together(TestRunner runner, String... texts)
            throws Exception {
        AutoCloseable place = occupy(runner);
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (String text : texts) {
            waiting.add(look(runner, text));
            awaitWaiting(runner, waiting.size());
        }
        place.close();
        List<HttpResponse<String>> answers = new ArrayList<>();
        for (var one : waiting) {
            answers.add(one.get(20, TimeUnit.SECONDS));
        }
        return answers;
    }

    private static List<Integer> statuses(List<HttpResponse<String>> answers) {
        return answers.stream().map(HttpResponse::statusCode).toList();
    }

    @Test
    void oneCallAnswersThoseThatWaitUpToTheAuthorsBound() throws Exception {
        try (TestRunner runner = start()) {
            AutoCloseable place = occupy(runner);
            List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                waiting.add(
                        send(
                                runner,
                                "/look",
                                "application/json",
                                "{\"text\":\"w" + i + "\",\"row\":" + i + "}",
                                "X-Colour",
                                "c" + i,
                                "X-Request-Id",
                                "id" + i));
                awaitWaiting(runner, i + 1);
            }
            place.close();

            for (int i = 0; i < 5; i++) {
                assertThat(waiting.get(i).get(20, TimeUnit.SECONDS).body())
                        .isEqualTo(
                                "{\"text\":\"w%d\",\"together\":%d,\"requestId\":\"id%d\",\"colour\":\"c%d\",\"value\":%d.0}"
                                        .formatted(i, i < 4 ? 4 : 1, i, i, 2 * i));
            }
            assertThat(metric(runner, "marmita_runner_method_calls_total")).isEqualTo(2);
            assertThat(metric(runner, "marmita_runner_method_requests_total")).isEqualTo(5);
            assertThat(runner.get("/metrics").body())
                    .containsPattern("marmita_runner_batch_limit\\{[^}]*route=\"/look\"[^}]*} 4\n");
        }
    }

    @Test
    void whatDoesNotFitIsRefusedWithoutTouchingItsNeighbours() throws Exception {
        try (TestRunner runner = start()) {
            List<HttpResponse<String>> answers = together(runner, "a", " ", "b");

            assertThat(statuses(answers)).containsExactly(200, 400, 200);
            assertThat(answers.get(1).body()).contains("text must not be blank");
            assertThat(answers.get(0).body()).contains("\"together\":2");
            assertThat(metric(runner, "marmita_runner_method_calls_total")).isEqualTo(1);
        }
    }

    @Test
    void aPoisonedRequestFailsAlone() throws Exception {
        try (TestRunner runner = start()) {
            List<HttpResponse<String>> bug = together(runner, "a", "poison", "b");
            List<HttpResponse<String>> fault = together(runner, "a", "sour", "b");
            List<HttpResponse<String>> deep = together(runner, "a", "deep", "b");

            assertThat(statuses(bug)).containsExactly(200, 500, 200);
            assertThat(bug.get(0).body()).contains("\"text\":\"a\"");
            assertThat(bug.get(1).body()).contains("internal error").doesNotContain("secret");
            assertThat(bug.get(2).body()).contains("\"text\":\"b\"");
            assertThat(statuses(fault)).containsExactly(200, 400, 200);
            assertThat(fault.get(1).body()).contains("\"field\":\"text\"").contains("is sour");
            assertThat(statuses(deep)).containsExactly(200, 500, 200);
            assertThat(runner.log()).containsOnlyOnce("the secret reason");
            assertThat(runner.get("/readyz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aResultThatIsMissingFailsWhoeverItIsMissingFor() throws Exception {
        try (TestRunner runner = start()) {
            List<HttpResponse<String>> fewer = together(runner, "a", "lost", "b");
            List<HttpResponse<String>> empty = together(runner, "a", "nothing", "b");

            assertThat(statuses(fewer)).containsExactly(200, 500, 200);
            assertThat(fewer.get(2).body()).contains("\"text\":\"b\"");
            assertThat(runner.log())
                    .contains("method look of the service must return a result for every request")
                    .contains("returned 0 for 1");
            assertThat(statuses(empty)).containsExactly(200, 500, 200);
            assertThat(empty.get(2).body()).contains("\"together\":3");
            assertThat(runner.log()).contains("method look of the service returned null");
        }
    }

    @Test
    void whoHasLeftOrIsTooLateIsNotAmongThem() throws Exception {
        try (TestRunner runner = start()) {
            AutoCloseable place = occupy(runner);
            var stays = look(runner, "a");
            awaitWaiting(runner, 1);
            var leaves = look(runner, "poison");
            awaitWaiting(runner, 2);
            var late =
                    look(
                            runner,
                            "poison",
                            "Marmita-Deadline",
                            Long.toString(System.currentTimeMillis() + 200));
            awaitWaiting(runner, 3);
            var alsoStays = look(runner, "b");
            awaitWaiting(runner, 4);
            leaves.cancel(true);

            assertThat(late.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
            awaitSoon(() -> runner.get("/metrics").body().contains("code=\"499\""));
            place.close();
            assertThat(stays.get(20, TimeUnit.SECONDS).body()).contains("\"together\":2");
            assertThat(alsoStays.get(20, TimeUnit.SECONDS).body()).contains("\"together\":2");
            assertThat(metric(runner, "marmita_runner_method_calls_total")).isEqualTo(1);
        }
    }

    @Test
    void takesEveryFormOfARequestAndOneElementOnTheWire() throws Exception {
        try (TestRunner runner = start()) {
            String form =
                    """
                    --x\r
                    Content-Disposition: form-data; name="title"\r
                    \r
                    form\r
                    --x\r
                    Content-Disposition: form-data; name="page"; filename="a.png"\r
                    Content-Type: image/png\r
                    \r
                    two\r
                    --x--\r
                    """;
            AutoCloseable place = occupy(runner);
            var raw = send(runner, "/titled?title=raw", "image/png", "one");
            awaitWaiting(runner, 1);
            var multipart = send(runner, "/titled", "multipart/form-data; boundary=x", form);
            awaitWaiting(runner, 2);
            var json =
                    send(
                            runner,
                            "/titled",
                            "application/json",
                            "{\"page\":\"data:image/png;base64,dGhyZWU=\",\"title\":\"json\"}");
            awaitWaiting(runner, 3);
            place.close();

            assertThat(raw.get(20, TimeUnit.SECONDS).body()).isEqualTo("raw:one");
            assertThat(multipart.get(20, TimeUnit.SECONDS).body()).isEqualTo("form:two");
            assertThat(json.get(20, TimeUnit.SECONDS).body()).isEqualTo("json:three");
            assertThat(json.get().headers().firstValue("Content-Type")).contains("image/png");
            assertThat(metric(runner, "marmita_runner_method_calls_total")).isEqualTo(1);
            assertThat(runner.post("/sizes", "text/plain", "12345").body()).isEqualTo("5 of 1");
        }
    }

    @Test
    void waitsAMomentWhereTheAuthorSaysSo() throws Exception {
        try (TestRunner runner = start(Map.of("MARMITA_BATCH", "on", "MARMITA_BATCH_SIZE", "2"))) {
            var first = send(runner, "/sizes", "text/plain", "12345");
            var second = send(runner, "/sizes", "text/plain", "12");

            List<String> answers =
                    List.of(
                            first.get(20, TimeUnit.SECONDS).body(),
                            second.get(20, TimeUnit.SECONDS).body());

            // The first may have begun before the second was there; then both were alone.
            assertThat(answers).isIn(List.of("5 of 2", "2 of 2"), List.of("5 of 1", "2 of 1"));
        }
    }

    @Test
    void callsOverGrpcShareWithTheOthers() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (TestRunner runner = start()) {
            var client =
                    vertx.createHttpClient(
                            new HttpClientOptions()
                                    .setProtocolVersion(HttpVersion.HTTP_2)
                                    .setHttp2ClearTextUpgrade(false)
                                    .setDefaultHost("127.0.0.1")
                                    .setDefaultPort(runner.port()));
            AutoCloseable place = occupy(runner);
            var json = look(runner, "json");
            awaitWaiting(runner, 1);
            CompletableFuture<String> grpc = new CompletableFuture<>();
            byte[] word = "grpc".getBytes(StandardCharsets.UTF_8);
            Buffer frame =
                    Buffer.buffer()
                            .appendByte((byte) 0)
                            .appendInt(2 + word.length)
                            .appendByte((byte) 0x0a)
                            .appendByte((byte) word.length)
                            .appendBytes(word);
            client.request(HttpMethod.POST, "/test.Test/Look")
                    .compose(
                            request ->
                                    request.putHeader("content-type", "application/grpc")
                                            .putHeader("te", "trailers")
                                            .send(frame))
                    .compose(
                            response ->
                                    response.body()
                                            .map(
                                                    body ->
                                                            response.getTrailer("grpc-status")
                                                                    + " "
                                                                    + body))
                    .onSuccess(grpc::complete)
                    .onFailure(grpc::completeExceptionally);
            awaitWaiting(runner, 2);
            place.close();

            assertThat(json.get(20, TimeUnit.SECONDS).body()).contains("\"together\":2");
            // Field 2, the number of those that were answered together, is a varint.
            assertThat(grpc.get(20, TimeUnit.SECONDS))
                    .startsWith("0 ")
                    .contains("grpc\u0010\u0002");
        } finally {
            vertx.close();
        }
    }

    @Test
    void aTaskIsARequestByItself() throws Exception {
        try (TestRunner runner = start()) {
            String id =
                    runner.json("/look/submit", "{\"text\":\"later\"}")
                            .body()
                            .replaceAll(".*\"task_id\":\"([^\"]+)\".*", "$1");

            await().until(
                            () ->
                                    runner.get("/look/status?task_id=" + id)
                                            .body()
                                            .contains("completed"));
            assertThat(runner.get("/look/get?task_id=" + id).body())
                    .contains("\"text\":\"later\",\"together\":1");
        }
    }

    @Test
    void measuresThatItPaysAndSaysSo() throws Exception {
        try (TestRunner runner = start(Map.of("MARMITA_BATCH_SIZE", "4"))) {
            assertThat(runner.get("/metrics").body())
                    .containsPattern("marmita_runner_batch_limit\\{[^}]*route=\"/slow\"[^}]*} 1\n");

            await().atMost(Duration.ofSeconds(40))
                    .untilAsserted(
                            () -> {
                                List<CompletableFuture<HttpResponse<String>>> waiting =
                                        new ArrayList<>();
                                for (int i = 0; i < 16; i++) {
                                    waiting.add(
                                            send(
                                                    runner,
                                                    "/slow",
                                                    "application/json",
                                                    "{\"text\":\"w" + i + "\"}"));
                                }
                                for (var one : waiting) {
                                    assertThat(one.get(20, TimeUnit.SECONDS).statusCode())
                                            .isEqualTo(200);
                                }
                                assertThat(runner.log())
                                        .containsPattern("\"batching\".*\"on: measured to pay\"")
                                        .contains("\"route\":\"/slow\"");
                            });
        }
    }

    @Test
    void oneByOneWhereTheDeploymentWantsItOrJointCallsKeepFailing() throws Exception {
        try (TestRunner runner = start(Map.of("MARMITA_BATCH", "off"))) {
            List<HttpResponse<String>> answers = together(runner, "a", "b", "lonely");

            assertThat(answers)
                    .allSatisfy(one -> assertThat(one.body()).contains("\"together\":1"));
        }
        try (TestRunner runner = start()) {
            for (int i = 0; i < 3; i++) {
                assertThat(statuses(together(runner, "a", "lonely"))).containsExactly(200, 200);
            }

            assertThat(together(runner, "a", "b").getFirst().body()).contains("\"together\":1");
            assertThat(runner.log()).contains("off: calls that succeed alone failed in a batch");
        }
    }

    @Test
    void describesOneRequestAndOneResult() throws Exception {
        try (TestRunner runner = start()) {
            assertThat(runner.get("/docs.json").body())
                    .containsPattern(
                            "\"/look\":\\{\"post\":.*\"requestBody\".*\"\\$ref\":\"#/components/schemas/Word\"");
            assertThat(runner.get("/schema.json").body())
                    .containsPattern(
                            "\"name\":\"look\",\"route\":\"/look\".*\"input\":\\{\"type\":\"object\",.*\"text\"");
        }
    }
}
