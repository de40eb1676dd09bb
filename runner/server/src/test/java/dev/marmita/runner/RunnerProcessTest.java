package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TinyOnnx;
import dev.marmita.runner.training.Training;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runner as the scheduler starts it: a process, a launch file, a port file, a signal. */
@Timeout(60)
class RunnerProcessTest {

    @TempDir Path home;
    private final List<Process> processes = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        processes.forEach(Process::destroyForcibly);
        client.close();
    }

    private Process start(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.marmita.runner.RunnerMain"));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(home.resolve("log").toFile())
                        .start();
        processes.add(process);
        return process;
    }

    private Path launchFile(Path bundle, Path model, String more) throws IOException {
        return Files.writeString(
                home.resolve("launch.json"),
                """
                {"tenant":"acme","deployment":"receipts","revision":3,"replica":"receipts-3-x7k2p",
                 "host":"127.0.0.1","port":0,"portFile":"%1$s/d/port","failureFile":"%1$s/d/failure.json",
                 "scratch":"%1$s/d/scratch",
                 "bundle":{"name":"test","version":"1","digest":"sha256:abc","folder":"%2$s"},
                 "models":[{"slot":"echo","name":"echo","version":"1","digest":"sha256:def","file":"%3$s"}],
                 "cores":2,"concurrency":2,"maxBodyBytes":67108864,"requestTimeoutMillis":60000,
                 "drainMillis":10000,"modelCache":"%1$s/optimised","env":{"COLOUR":"red"}%4$s}
                """
                        .formatted(home, bundle, model, more));
    }

    private Path model() {
        return TinyOnnx.identity(home.resolve("echo.onnx"), TinyOnnx.Type.FP32, -1);
    }

    private Path bundle() {
        return TestBundle.of(home.resolve("b"), SampleService.class, "echo");
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return client.send(request(port, path).GET().build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .version(HttpClient.Version.HTTP_1_1);
    }

    private int awaitReady() {
        Path file = home.resolve("d/port");
        await().atMost(Duration.ofSeconds(40)).until(() -> Files.exists(file));
        try {
            int port = Integer.parseInt(Files.readString(file));
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> get(port, "/readyz").statusCode() == 200);
            return port;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void startsServesAndEndsInOrderOnSigterm() throws Exception {
        Process process = start(launchFile(bundle(), model(), "").toString());
        int port = awaitReady();
        HttpResponse<String> alive = get(port, "/livez");
        assertThat(alive.statusCode()).isEqualTo(200);
        assertThat(alive.headers().firstValue("Marmita-Replica")).contains("receipts-3-x7k2p");
        assertThat(get(port, "/readyz").body()).isEqualTo("\n");
        assertThat(home.resolve("optimised")).isNotEmptyDirectory();
        CompletableFuture<HttpResponse<String>> accepted =
                client.sendAsync(
                        request(port, "/sleep")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{\"millis\":2000}"))
                                .build(),
                        BodyHandlers.ofString());
        await().until(
                        () ->
                                get(port, "/metrics").body().contains("marmita_runner_running{")
                                        && get(port, "/metrics")
                                                .body()
                                                .lines()
                                                .anyMatch(
                                                        line ->
                                                                line.startsWith(
                                                                                "marmita_runner_running")
                                                                        && line.endsWith(" 1")));

        process.destroy();

        await().until(() -> get(port, "/readyz").statusCode() == 503);
        HttpResponse<String> refused =
                client.send(
                        request(port, "/who").POST(BodyPublishers.noBody()).build(),
                        BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Marmita-Unprocessed")).contains("true");
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        HttpResponse<String> answer = accepted.get(20, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"cancelled\":false}");
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(home.resolve("d/scratch")).isEmptyDirectory();
        assertThat(home.resolve("d/failure.json")).doesNotExist();
        assertThat(Files.readAllLines(home.resolve("log")))
                .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    }

    private void assertFails(Process process, int status, String reason, String message)
            throws Exception {
        assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(home.resolve("log"))).isEqualTo(status);
        assertThat(Files.readString(home.resolve("d/failure.json")))
                .startsWith("{\"reason\":\"" + reason + "\",\"message\":\"")
                .contains(message);
    }

    @Test
    void explainsABundleThatCannotBeServed() throws Exception {
        Path bundle =
                TestBundle.withManifest(
                        home.resolve("b"),
                        SampleService.class,
                        "name: test\nclass: no.Such\nmodels: {echo: {}}\n");

        assertFails(
                start(launchFile(bundle, model(), "").toString()),
                2,
                "BundleInvalid",
                "class no.Such of service.yaml is in none of the bundle's jars");
    }

    @Test
    void explainsAModelThatCannotBeOpened() throws Exception {
        Path broken = Files.writeString(home.resolve("broken.onnx"), "no model");

        assertFails(
                start(launchFile(bundle(), broken, "").toString()),
                3,
                "ModelInvalid",
                "slot 'echo': model echo@1 cannot be opened");
    }

    @Test
    void refusesALaunchFileWithAnUnknownKey() throws Exception {
        Process process = start(launchFile(bundle(), model(), ",\"colour\":1").toString());

        assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(Files.readString(home.resolve("log"))).contains("field 'colour' is not known");
    }

    @Test
    void endsByItselfAfterATrainingRun() throws Exception {
        Process process = start("--train", home.resolve("t").toString());

        assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(Files.readAllLines(home.resolve("log")))
                .allMatch(line -> line.contains("\"level\":\"info\""))
                .anyMatch(line -> line.contains("ended after the start"));
        assertThat(home.resolve("t/failure.json")).doesNotExist();
    }

    @Test
    void trainsOnAServiceThatAnswers() throws Exception {
        Path launch = Training.prepare(home.resolve("d"));
        String content = Files.readString(launch);
        assertThat(content).contains("\"exitAfterWarmup\":true");
        Files.writeString(
                launch, content.replace("\"exitAfterWarmup\":true", "\"exitAfterWarmup\":false"));
        start(launch.toString());
        int port = awaitReady();

        assertThat(post(port, "/train", "{\"number\":0.25,\"words\":[\"a\"]}"))
                .startsWith("{\"number\":0.25,\"words\":[\"a\"]");
        assertThat(
                        post(
                                port,
                                "/v2/models/identity/infer",
                                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[2.5]}]}"))
                .contains("2.5");
    }

    private String post(int port, String path, String json) throws Exception {
        HttpResponse<String> answer =
                client.send(
                        request(port, path)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(json))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void servesForADeveloperFromFiles() throws Exception {
        Process process =
                start(
                        "--bundle",
                        bundle().toString(),
                        "--model",
                        "echo=" + model(),
                        "--port",
                        "0",
                        "--env",
                        "COLOUR=green");
        await().atMost(Duration.ofSeconds(40))
                .until(() -> Files.readString(home.resolve("log")).contains("\"port\":"));
        int port =
                Integer.parseInt(
                        Files.readString(home.resolve("log"))
                                .replaceAll("(?s).*\"port\":([0-9]+).*", "$1"));

        assertThat(
                        client.send(
                                        request(port, "/who").POST(BodyPublishers.noBody()).build(),
                                        BodyHandlers.ofString())
                                .body())
                .endsWith("green");
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        await().ignoreExceptionsMatching(e -> !(e instanceof ConnectException))
                .until(() -> !process.isAlive());
    }

    @Test
    void tellsItsUsage() throws Exception {
        Process process = start("--port", "x");

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(64);
        assertThat(Files.readString(home.resolve("log")))
                .contains("--bundle is missing", "--model <slot>=<file.onnx>");
    }
}
