package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TinyOnnx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A runner that waits for work, as the scheduler starts it. */
@Timeout(60)
class StandbyTest {

    private static final Duration LONG = Duration.ofSeconds(40);

    @TempDir Path home;
    private Process process;

    @BeforeEach
    void start() throws IOException {
        process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "--enable-native-access=ALL-UNNAMED",
                                        "-XX:TieredStopAtLevel=1",
                                        "-XX:+UseSerialGC",
                                        "-Djava.io.tmpdir=" + Files.createDirectory(temporary()),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        "dev.marmita.runner.RunnerMain",
                                        "--standby",
                                        home.resolve("warm").toString(),
                                        home.resolve("launch.json").toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(home.resolve("log").toFile())
                        .start();
        await().atMost(LONG).until(() -> Files.exists(home.resolve("warm")));
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    private Path temporary() {
        return home.resolve("tmp");
    }

    @Test
    void takesTheWorkThatItIsTold() throws Exception {
        try (Stream<Path> left = Files.list(temporary())) {
            assertThat(left).noneMatch(one -> one.toString().contains("rehearsal"));
        }
        Path bundle = TestBundle.of(home.resolve("b"), SampleService.class, "echo");
        Path model = TinyOnnx.identity(home.resolve("echo.onnx"), TinyOnnx.Type.FP32, -1);
        Files.writeString(
                home.resolve("launch.json"),
                """
                {"tenant":"acme","deployment":"receipts","revision":3,"replica":"receipts-3-x7k2p",
                 "portFile":"%1$s/port","scratch":"%1$s/scratch",
                 "bundle":{"name":"test","version":"1","digest":"sha256:abc","folder":"%2$s"},
                 "models":[{"slot":"echo","name":"echo","version":"1","digest":"sha256:def","file":"%3$s"}]}
                """
                        .formatted(home, bundle, model));

        try (OutputStream orders = process.getOutputStream()) {
            orders.write("go\n".getBytes(StandardCharsets.US_ASCII));
        }

        await().atMost(LONG).until(() -> Files.exists(home.resolve("port")));
        int port = Integer.parseInt(Files.readString(home.resolve("port")));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest ready =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                            .build();
            await().atMost(LONG)
                    .until(() -> client.send(ready, BodyHandlers.discarding()).statusCode() == 200);
            HttpRequest alive =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/livez"))
                            .build();
            assertThat(
                            client.send(alive, BodyHandlers.discarding())
                                    .headers()
                                    .firstValue("Marmita-Replica"))
                    .contains("receipts-3-x7k2p");
        }
        assertThat(Files.readString(home.resolve("log"))).contains("startMillis");
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void endsWithWhoeverItWaitsFor() throws Exception {
        process.getOutputStream().close();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(Files.readString(home.resolve("log"))).isEmpty();
    }
}
