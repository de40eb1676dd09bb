package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks in the form of BentoML. One request or task runs at a time. */
class TasksTest {

    @TempDir Path home;
    private TestRunner runner;

    @BeforeEach
    void start() throws Exception {
        runner = open(200);
    }

    @AfterEach
    void stop() throws Exception {
        Files.writeString(gate(), "open");
        runner.close();
    }

    private TestRunner open(long drainMillis) throws Exception {
        Path bundle = home.resolve("b");
        return new TestRunner.Setup(
                        home,
                        Files.exists(bundle) ? bundle : TestBundle.of(bundle, TaskService.class))
                .concurrency(1)
                .drainMillis(drainMillis)
                .env(Map.of("GATE", gate().toString()))
                .start();
    }

    private Path gate() {
        return home.resolve("gate");
    }

    private HttpResponse<String> call(String method, String path) throws Exception {
        return runner.send(runner.request(path).method(method, BodyPublishers.noBody()));
    }

    private String submit(String body) throws Exception {
        HttpResponse<String> answer = runner.json("/count/submit", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).endsWith("\"status\":\"in_progress\"}");
        return id(answer);
    }

    private static String id(HttpResponse<String> answer) {
        return answer.body().replaceAll(".*\"task_id\":\"([0-9a-f]{56})\".*", "$1");
    }

    private String status(String route, String id) {
        try {
            return runner.get(route + "/status?task_id=" + id)
                    .body()
                    .replaceAll(".*\"status\":\"([a-z_]+)\".*", "$1");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitStatus(String route, String id, String wanted) {
        await().until(() -> status(route, id).equals(wanted));
    }

    @Test
    void keepsTheResultOfATask() throws Exception {
        String id = submit("{\"text\":\"abc\"}");

        awaitStatus("/count", id, "completed");
        HttpResponse<String> result = runner.get("/count/get?task_id=" + id);
        assertThat(result.statusCode()).isEqualTo(200);
        assertThat(result.body()).isEqualTo("{\"text\":\"abc\",\"length\":3}");
        assertThat(runner.get("/count/status?task_id=" + id).body())
                .contains("\"created_at\":\"20", "\"executed_at\":\"20");
        assertThat(runner.json("/count", "{\"text\":\"abcd\"}").body()).contains("\"length\":4");
    }

    @Test
    void keepsContentsWithTheirTypeAndName() throws Exception {
        String id = id(runner.post("/turned/submit", "text/plain", "abc"));

        awaitStatus("/turned", id, "completed");
        HttpResponse<String> result = runner.get("/turned/get?task_id=" + id);
        assertThat(result.body()).isEqualTo("cba");
        assertThat(result.headers().firstValue("Content-Type")).contains("text/x-turned");
        assertThat(result.headers().firstValue("Content-Disposition").orElse(""))
                .contains("turned.txt");
        assertThat(runner.get("/count/get?task_id=" + id).statusCode()).isEqualTo(404);
    }

    @Test
    void keepsTheErrorOfATaskThatFailed() throws Exception {
        String id =
                id(
                        runner.send(
                                runner.request("/count/submit")
                                        .header("Content-Type", "application/json")
                                        .header("X-Request-Id", "failing-task")
                                        .POST(BodyPublishers.ofString("{\"text\":\"bug\"}"))));

        awaitStatus("/count", id, "failed");
        HttpResponse<String> result = runner.get("/count/get?task_id=" + id);
        assertThat(result.statusCode()).isEqualTo(500);
        assertThat(result.body()).contains("failing-task").doesNotContain("secret");
        assertThat(runner.log().split("\"requestId\":\"failing-task\"", -1)).hasSize(2);
    }

    @Test
    void refusesBadInputAtOnce() throws Exception {
        HttpResponse<String> answer = runner.json("/count/submit", "{\"text\":\"\"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("text is empty");
    }

    @Test
    void answersWhileATaskHoldsTheOnlyThread() throws Exception {
        String running = submit("{\"text\":\"a\",\"waits\":true}");
        awaitStatus("/count", running, "in_progress");
        String waiting = submit("{\"text\":\"b\",\"waits\":true}");

        assertThat(status("/count", waiting)).isEqualTo("pending");
        HttpResponse<String> early = runner.get("/count/get?task_id=" + running);
        assertThat(early.statusCode()).isEqualTo(400);
        assertThat(early.body()).contains("is not completed yet");
        assertThat(call("POST", "/count/retry?task_id=" + running).statusCode()).isEqualTo(400);
        Files.writeString(gate(), "open");
        awaitStatus("/count", waiting, "completed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void cancelsWhatRunsAndWhatWaits(String method) throws Exception {
        String running = submit("{\"text\":\"a\",\"waits\":true}");
        awaitStatus("/count", running, "in_progress");
        String waiting = submit("{\"text\":\"b\",\"waits\":true}");

        assertThat(call(method, "/count/cancel?task_id=" + running).statusCode()).isEqualTo(200);
        assertThat(call(method, "/count/cancel?task_id=" + waiting).statusCode()).isEqualTo(200);
        assertThat(status("/count", running)).isEqualTo("canceled");
        assertThat(status("/count", waiting)).isEqualTo("canceled");
        assertThat(runner.get("/count/get?task_id=" + running).statusCode()).isEqualTo(400);
        // The thread is free again.
        assertThat(runner.json("/echoed", "{}").statusCode()).isEqualTo(200);
        assertThat(call(method, "/count/cancel?task_id=" + running).statusCode()).isEqualTo(400);
        assertThat(runner.log()).doesNotContain("given up");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void retriesAsANewTask(String method) throws Exception {
        String first = submit("{\"text\":\"abc\"}");
        awaitStatus("/count", first, "completed");

        HttpResponse<String> again = call(method, "/count/retry?task_id=" + first);
        String second = id(again);

        assertThat(second).isNotEqualTo(first);
        awaitStatus("/count", second, "completed");
        assertThat(runner.get("/count/get?task_id=" + second).body()).contains("\"length\":3");
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        assertThat(runner.get("/count/status").statusCode()).isEqualTo(400);
        assertThat(runner.get("/count/status?task_id=..%2F..").statusCode()).isEqualTo(404);
        assertThat(runner.get("/count/get?task_id=" + "a".repeat(32)).statusCode()).isEqualTo(404);
        assertThat(runner.get("/count/submit").statusCode()).isEqualTo(405);
        assertThat(call("POST", "/count/status").statusCode()).isEqualTo(405);
        assertThat(runner.json("/echoed/submit", "{}").statusCode()).isEqualTo(404);
    }

    @Test
    void aDrainWaitsForTasksAndForWhoFetchesTheirResults() throws Exception {
        runner.close();
        runner = open(20_000);
        String id = submit("{\"text\":\"abc\",\"waits\":true}");
        awaitStatus("/count", id, "in_progress");
        CompletableFuture<Void> closing = CompletableFuture.runAsync(runner.runner()::close);
        await().until(() -> runner.get("/readyz").statusCode() == 503);

        assertThat(runner.json("/count/submit", "{\"text\":\"x\"}").statusCode()).isEqualTo(503);
        assertThat(call("POST", "/count/retry?task_id=" + id).statusCode()).isEqualTo(400);
        assertThat(closing).isNotDone();
        Files.writeString(gate(), "open");
        awaitStatus("/count", id, "completed");
        assertThat(call("POST", "/count/retry?task_id=" + id).statusCode()).isEqualTo(503);
        assertThat(closing).as("the result was not fetched yet").isNotDone();
        assertThat(runner.get("/count/get?task_id=" + id).body()).contains("\"length\":3");
        closing.join();
        assertThat(runner.log()).contains("\"message\":\"drained\",\"unfinished\":0");
    }

    @Test
    void tellsThePlatformOfItsTasks() throws Exception {
        assertThat(runner.get("/readyz").headers().firstValue("Marmita-Tasks")).contains("0");
        String id = submit("{\"text\":\"abc\",\"waits\":true}");
        submit("{\"text\":\"abc\",\"waits\":true}");

        assertThat(runner.get("/readyz").headers().firstValue("Marmita-Tasks")).contains("2");
        assertThat(call("POST", "/count/cancel?task_id=" + id).statusCode()).isEqualTo(200);
        Files.writeString(gate(), "open");
        await().until(
                        () ->
                                runner.get("/readyz")
                                        .headers()
                                        .firstValue("Marmita-Tasks")
                                        .orElse("")
                                        .equals("0"));
    }

    @Test
    void aNextProcessOnTheSameDiskKeepsResultsAndRunsWhatWasCutShort() throws Exception {
        String done = submit("{\"text\":\"abc\"}");
        awaitStatus("/count", done, "completed");
        String cut = submit("{\"text\":\"abcd\",\"waits\":true}");
        awaitStatus("/count", cut, "in_progress");
        String waiting = submit("{\"text\":\"abcde\",\"waits\":true}");
        runner.close();

        Files.writeString(gate(), "open");
        runner = open(200);
        assertThat(runner.get("/count/get?task_id=" + done).body()).contains("\"length\":3");
        awaitStatus("/count", cut, "completed");
        awaitStatus("/count", waiting, "completed");
        assertThat(runner.get("/count/get?task_id=" + waiting).body()).contains("\"length\":5");
    }
}
