package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that wait for the same model, through the whole runner. */
@Timeout(60)
class SharedRunsTest {

    @TempDir Path home;

    private TestRunner start(String batch) throws Exception {
        return new TestRunner.Setup(
                        home, TestBundle.of(home.resolve("b"), FailingService.class, "model"))
                .model("model", "lookup", "1", TinyOnnx.lookup(home.resolve("lookup.onnx")))
                .concurrency(1)
                .env(Map.of("MARMITA_BATCH", batch))
                .start();
    }

    private static CompletableFuture<HttpResponse<String>> post(
            TestRunner runner, String path, String body) {
        HttpRequest request =
                runner.request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build();
        return runner.client().sendAsync(request, BodyHandlers.ofString());
    }

    private static String call(int index) {
        return "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],\"datatype\":\"INT64\",\"data\":["
                + index
                + ",0,1]}]}";
    }

    private static long metric(TestRunner runner, String name) throws Exception {
        return runner.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Sends calls while the only place is taken, so that all of them wait. */
    private static List<HttpResponse<String>> together(TestRunner runner, int... indices)
            throws Exception {
        var first = post(runner, "/sleep", "{\"millis\":300}");
        await().until(() -> metric(runner, "marmita_runner_running") == 1);
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int index : indices) {
            waiting.add(post(runner, "/v2/models/lookup/infer", call(index)));
        }
        List<HttpResponse<String>> answers = new ArrayList<>();
        for (var one : waiting) {
            answers.add(one.get(20, TimeUnit.SECONDS));
        }
        assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        return answers;
    }

    @Test
    void whatWaitsSharesARunAndEachGetsItsOwn() throws Exception {
        try (TestRunner runner = start("on")) {
            for (int i = 0; i < 3; i++) {
                together(runner, 0, 1, 2, 3);
            }
            long before = metric(runner, "marmita_runner_model_runs_total");

            List<HttpResponse<String>> answers = together(runner, 4, 3, 2, 1);

            assertThat(metric(runner, "marmita_runner_model_runs_total") - before)
                    .as("runs for four calls")
                    .isLessThan(4);
            for (int i = 0; i < 4; i++) {
                int row = 4 - i;
                assertThat(answers.get(i).statusCode()).isEqualTo(200);
                assertThat(answers.get(i).body())
                        .contains("\"data\":[" + 2 * row + ".0," + (2 * row + 1) + ".0,");
            }
        }
    }

    @Test
    void aPoisonedRequestTakesNoNeighbourWithIt() throws Exception {
        try (TestRunner runner = start("on")) {
            for (int i = 0; i < 3; i++) {
                together(runner, 0, 1, 2, 3);
            }

            List<HttpResponse<String>> answers = together(runner, 1, 99, 2, 3);

            assertThat(answers.stream().map(HttpResponse::statusCode).toList())
                    .startsWith(200)
                    .endsWith(200, 200);
            assertThat(answers.get(1).statusCode()).isBetween(400, 500);
            assertThat(answers.get(1).body()).contains("lookup");
            assertThat(answers.get(2).body()).contains("\"data\":[4.0,5.0,");
        }
    }

    @Test
    void runsOneByOneWhereTheDeploymentWantsIt() throws Exception {
        try (TestRunner runner = start("off")) {
            for (int i = 0; i < 2; i++) {
                together(runner, 0, 1, 2, 3);
            }

            assertThat(metric(runner, "marmita_runner_model_runs_total")).isEqualTo(8);
            assertThat(runner.get("/metrics").body())
                    .containsPattern("marmita_runner_batch_limit\\{[^}]*} 1\n");
        }
    }

    @Test
    void namesTheVariableThatItCannotUse() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> start("sometimes")))
                .isInstanceOf(StartFailedException.class)
                .hasMessageContaining("MARMITA_BATCH");
    }
}
