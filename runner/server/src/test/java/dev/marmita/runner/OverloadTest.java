package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More than one replica can do, and callers that take their time. */
@Timeout(60)
class OverloadTest {

    @TempDir Path home;

    private TestRunner start() throws Exception {
        return new TestRunner.Setup(
                        home, TestBundle.of(home.resolve("b"), SampleService.class, "echo"))
                .model(
                        "echo",
                        "echo",
                        "1",
                        TinyOnnx.identity(home.resolve("echo.onnx"), TinyOnnx.Type.FP32, -1))
                .concurrency(1)
                .maxBody(64 << 20)
                .start();
    }

    @Test
    void refusesBeyondItsQueueWithAnAnswerThatIsSafeToRetry() throws Exception {
        try (TestRunner runner = start();
                HttpClient client = HttpClient.newHttpClient()) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(
                        client.sendAsync(
                                runner.request("/sleep")
                                        .version(HttpClient.Version.HTTP_1_1)
                                        .header("Content-Type", "application/json")
                                        .POST(BodyPublishers.ofString("{\"millis\":30}"))
                                        .build(),
                                BodyHandlers.ofString()));
            }
            int served = 0;
            int refused = 0;
            for (CompletableFuture<HttpResponse<String>> one : answers) {
                HttpResponse<String> answer = one.get(30, TimeUnit.SECONDS);
                if (answer.statusCode() == 200) {
                    served++;
                } else {
                    refused++;
                    assertThat(answer.statusCode()).isEqualTo(503);
                    assertThat(answer.headers().firstValue("Marmita-Unprocessed")).contains("true");
                    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
                }
            }
            assertThat(served).isGreaterThanOrEqualTo(65);
            assertThat(refused).isPositive();
            assertThat(runner.get("/metrics").body())
                    .containsPattern("marmita_runner_in_flight\\{[^}]*} 0\n");
        }
    }

    @Test
    void workThatIsLateBeforeItBeginsIsNotBegun() throws Exception {
        try (TestRunner runner = start();
                HttpClient client = HttpClient.newHttpClient()) {
            CompletableFuture<HttpResponse<String>> first =
                    client.sendAsync(
                            runner.request("/sleep")
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString("{\"millis\":600}"))
                                    .build(),
                            BodyHandlers.ofString());
            await().until(
                            () ->
                                    runner.get("/metrics")
                                            .body()
                                            .lines()
                                            .anyMatch(
                                                    line ->
                                                            line.startsWith(
                                                                            "marmita_runner_running")
                                                                    && line.endsWith(" 1")));
            long deadline = System.currentTimeMillis() + 100;
            HttpResponse<String> late =
                    runner.send(
                            runner.request("/who")
                                    .header("Marmita-Deadline", Long.toString(deadline))
                                    .POST(BodyPublishers.noBody()));

            assertThat(late.statusCode()).isEqualTo(504);
            assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(home.resolve("scratch/note")).doesNotExist();
        }
    }

    @Test
    void boundsTheMemoryOfBodiesThatArriveTogether() throws Exception {
        try (TestRunner runner = start()) {
            List<Socket> sockets = new ArrayList<>();
            try {
                // Five bodies of 64 MiB are announced; four are what all may hold together.
                for (int i = 0; i < 5; i++) {
                    Socket socket = new Socket("127.0.0.1", runner.port());
                    sockets.add(socket);
                    socket.getOutputStream()
                            .write(
                                    ("POST /reversed HTTP/1.1\r\nHost: x\r\nContent-Length: "
                                                    + (64 << 20)
                                                    + "\r\n\r\nabc")
                                            .getBytes(StandardCharsets.UTF_8));
                    int held = Math.min(i + 1, 4);
                    await().until(
                                    () ->
                                            runner.get("/metrics")
                                                    .body()
                                                    .lines()
                                                    .anyMatch(
                                                            line ->
                                                                    line.startsWith(
                                                                                    "marmita_runner_held_bytes")
                                                                            && line.endsWith(
                                                                                    " "
                                                                                            + held
                                                                                                    * (64L
                                                                                                            << 20))));
                }
                InputStream answer = sockets.getLast().getInputStream();
                assertThat(new String(answer.readNBytes(12), StandardCharsets.UTF_8))
                        .isEqualTo("HTTP/1.1 503");
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
            await().until(
                            () ->
                                    runner.get("/metrics")
                                            .body()
                                            .lines()
                                            .anyMatch(
                                                    line ->
                                                            line.startsWith(
                                                                            "marmita_runner_held_bytes")
                                                                    && line.endsWith(" 0")));
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws Exception {
        try (TestRunner runner = start();
                Socket socket = new Socket("127.0.0.1", runner.port())) {
            String one = "POST /utf8 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n";
            String last =
                    "POST /utf8 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\n";
            socket.getOutputStream()
                    .write((one + "a" + one + "b" + last + "c").getBytes(StandardCharsets.UTF_8));

            String answers =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(4);
            assertThat(answers.replaceAll("(?s)HTTP/1.1.*?\r\n\r\n", "")).isEqualTo("abc");
        }
    }

    @Test
    void servesHttp2ToWhoeverAsksForIt() throws Exception {
        try (TestRunner runner = start();
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> upgraded =
                    client.send(
                            runner.request("/readyz")
                                    .version(HttpClient.Version.HTTP_2)
                                    .GET()
                                    .build(),
                            BodyHandlers.ofString());
            HttpResponse<String> answer =
                    client.send(
                            runner.request("/utf8")
                                    .version(HttpClient.Version.HTTP_2)
                                    .POST(BodyPublishers.ofString("olá"))
                                    .build(),
                            BodyHandlers.ofString());

            assertThat(upgraded.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo("olá");
        }
    }
}
