package dev.marmita.runner.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.runner.Launch;
import dev.marmita.runner.Runner;
import dev.marmita.runner.StartFailedException;
import dev.marmita.runner.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real runner in this process, and a client for it. Its end is the end of all runs: whatever a test has
 * asked of it, no native tensor is left.
 */
public final class TestRunner implements AutoCloseable {

    private final Runner runner;
    private final ByteArrayOutputStream log;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TestRunner(Runner runner, ByteArrayOutputStream log) {
        this.runner = runner;
        this.log = log;
    }

    /** What a runner is started with. */
    public static final class Setup {

        private final Path home;
        private final Path bundle;
        private final List<Launch.BoundModel> models = new ArrayList<>();
        private int cores = 2;
        private int concurrency = 2;
        private int maxBody = 8 << 20;
        private long timeoutMillis = 20_000;
        private long drainMillis = 5_000;
        private Map<String, String> env = Map.of();

        public Setup(Path home, Path bundle) {
            this.home = home;
            this.bundle = bundle;
        }

        public Setup model(String slot, String name, String version, Path file) {
            models.add(new Launch.BoundModel(slot, name, version, "sha256:" + file, file));
            return this;
        }

        public Setup concurrency(int value) {
            concurrency = value;
            return this;
        }

        public Setup maxBody(int value) {
            maxBody = value;
            return this;
        }

        public Setup timeoutMillis(long value) {
            timeoutMillis = value;
            return this;
        }

        public Setup drainMillis(long value) {
            drainMillis = value;
            return this;
        }

        public Setup env(Map<String, String> value) {
            env = value;
            return this;
        }

        public Launch launch() {
            return new Launch(
                    "acme",
                    "receipts",
                    3,
                    "receipts-3-x7k2p",
                    "127.0.0.1",
                    0,
                    Optional.of(home.resolve("port")),
                    Optional.of(home.resolve("failure.json")),
                    home.resolve("scratch"),
                    new Launch.Bundle("test", "7", "sha256:test", bundle),
                    models,
                    cores,
                    concurrency,
                    maxBody,
                    timeoutMillis,
                    drainMillis,
                    Optional.of(home.resolve("optimised")),
                    env,
                    false);
        }

        public TestRunner start() throws StartFailedException {
            ByteArrayOutputStream log = new ByteArrayOutputStream();
            return new TestRunner(
                    Runner.start(launch(), new Log(log, InstantSource.system())), log);
        }
    }

    public int port() {
        return runner.port();
    }

    public Runner runner() {
        return runner;
    }

    /** What has been logged. */
    public String log() {
        return log.toString(StandardCharsets.UTF_8);
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    public HttpResponse<String> post(String path, String mediaType, String body)
            throws IOException, InterruptedException {
        return send(
                request(path)
                        .header("Content-Type", mediaType)
                        .POST(BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> json(String path, String body)
            throws IOException, InterruptedException {
        return post(path, "application/json", body);
    }

    public HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    public HttpResponse<byte[]> sendForBytes(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    public HttpClient client() {
        return client;
    }

    /** Callers that left may have left runs behind them, which end soon. */
    private void awaitNoOpenTensors() {
        // A client of its own, for a test may have ended the other.
        try (HttpClient own = HttpClient.newHttpClient()) {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () -> assertThat(openTensors(own)).as("open native tensors").isZero());
        }
    }

    /** 0 where a test has already ended the runner. */
    private double openTensors(HttpClient asking) throws IOException, InterruptedException {
        HttpRequest request = request("/metrics").GET().build();
        try {
            String metrics = asking.send(request, BodyHandlers.ofString()).body();
            return sum(metrics, "marmita_runner_open_tensors");
        } catch (ConnectException e) {
            return 0;
        }
    }

    private static double sum(String metrics, String name) {
        List<String> series = metrics.lines().filter(line -> line.startsWith(name + "{")).toList();
        assertThat(series).as(name).isNotEmpty();
        return series.stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() {
        try (runner;
                client) {
            awaitNoOpenTensors();
        }
    }
}
