package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to requests, and to the runner, where an Error is thrown. */
@Timeout(60)
class ErrorsTest {

    @TempDir Path home;

    private TestRunner start() throws Exception {
        return new TestRunner.Setup(
                        home, TestBundle.of(home.resolve("b"), FailingService.class, "model"))
                .model(
                        "model",
                        "model",
                        "1",
                        TinyOnnx.identity(home.resolve("m.onnx"), TinyOnnx.Type.FP32, -1))
                .start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"array", "stack", "class"})
    void anErrorOfOneRequestIsAnsweredAndForgotten(String kind) throws Exception {
        try (TestRunner runner = start()) {
            for (int i = 0; i < 5; i++) {
                HttpResponse<String> answer = runner.json("/fail", "{\"kind\":\"" + kind + "\"}");
                assertThat(answer.statusCode()).isEqualTo(500);
                assertThat(answer.body()).contains("internal error");
            }

            assertThat(runner.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(runner.json("/sleep", "{\"millis\":1}").statusCode()).isEqualTo(200);
            assertThat(runner.get("/metrics").body())
                    .containsPattern("marmita_runner_in_flight\\{[^}]*} 0\n");
        }
    }

    @Test
    void aRunnerWhoseHeapRanOutAnswersAndTakesNoMore() throws Exception {
        try (TestRunner runner = start()) {
            HttpResponse<String> answer = runner.json("/fail", "{\"kind\":\"heap\"}");

            assertThat(answer.statusCode()).isEqualTo(500);
            await().until(() -> runner.runner().failed());
            assertThat(runner.get("/livez").statusCode()).isEqualTo(200);
            assertThat(runner.get("/readyz").statusCode()).isEqualTo(503);
            HttpResponse<String> next = runner.json("/sleep", "{\"millis\":1}");
            assertThat(next.statusCode()).isEqualTo(503);
            assertThat(next.headers().firstValue("Marmita-Unprocessed")).contains("true");
        }
    }
}
