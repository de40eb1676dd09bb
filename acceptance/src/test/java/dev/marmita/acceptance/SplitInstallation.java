package dev.marmita.acceptance;

import static org.awaitility.Awaitility.await;

import dev.marmita.embedded.EmbeddedPostgres;
import dev.marmita.embedded.EmbeddedS3;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** Control plane and gateway as processes of their own, over a PostgreSQL and an S3 that are not theirs. */
final class SplitInstallation implements World.Platform, AutoCloseable {

    private final Path folder;
    private final Path checkout;
    private final EmbeddedS3 s3;
    private final Relay relay;
    private final String[] database;
    private EmbeddedPostgres postgres;
    private Process control;
    private Process gateway;
    private final int gatewayPort;

    SplitInstallation(Path folder) throws IOException {
        this.folder = folder;
        this.checkout = Path.of(System.getProperty("marmita.checkout", "..")).toRealPath();
        this.gatewayPort = freePort();
        startPostgres();
        this.database =
                new String[] {
                    "--marmita.database.url=" + postgres.jdbcUrl(),
                    "--marmita.database.user=" + postgres.user(),
                    "--marmita.database.password=" + postgres.password()
                };
        this.s3 =
                EmbeddedS3.start(new EmbeddedS3.Settings(folder.resolve("s3"), 0, "key", "secret"));
        this.relay = new Relay(URI.create(s3.endpoint().toString()));
        startControl();
        startGateway();
    }

    void startPostgres() {
        postgres = EmbeddedPostgres.start(new EmbeddedPostgres.Settings(folder.resolve("pg"), 0));
    }

    void stopPostgres() {
        postgres.close();
    }

    void startControl() throws IOException {
        control =
                start(
                        "control",
                        "--marmita.port=0",
                        "--marmita.registry.s3.endpoint=" + relay.url(),
                        "--marmita.registry.s3.access-key=key",
                        "--marmita.registry.s3.secret-key=secret");
    }

    void startGateway() throws IOException {
        gateway =
                start(
                        "gateway",
                        "--marmita.gateway.id=gateway-1",
                        "--marmita.gateway.port=" + gatewayPort);
    }

    /** {@code kill -9}. */
    void killControl() {
        kill(control);
    }

    /** {@code kill -9}. */
    void killGateway() {
        kill(gateway);
    }

    Relay s3() {
        return relay;
    }

    private Path masterKey() throws IOException {
        Path file = folder.resolve("master.key");
        if (!Files.exists(file)) {
            byte[] key = new byte[32];
            new SecureRandom().nextBytes(key);
            Files.writeString(file, Base64.getEncoder().encodeToString(key));
        }
        return file;
    }

    private Process start(String role, String... arguments) throws IOException {
        Path home = Files.createDirectories(folder.resolve(role));
        Files.deleteIfExists(home.resolve("connection.json"));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx256m",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                checkout + "/platform-api/target/dist/lib/*",
                                "dev.marmita.platform.MarmitaPlatform",
                                "--marmita.role=" + role,
                                "--marmita.home=" + home));
        if (role.equals("control")) {
            command.add("--marmita.secrets.key-file=" + masterKey());
        }
        command.addAll(List.of(database));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        home.resolve("platform.log").toFile()))
                        .start();
        await().atMost(Duration.ofSeconds(120))
                .until(
                        () ->
                                !process.isAlive()
                                        || (role.equals("control")
                                                ? Files.exists(home.resolve("connection.json"))
                                                : isReady(gatewayUrl())));
        if (!process.isAlive()) {
            throw new IOException("role " + role + " ended:\n" + log());
        }
        return process;
    }

    @Override
    public Installation.Connection connection() throws IOException {
        JsonNode plane = read("control");
        return new Installation.Connection(
                plane.path("url").asString(),
                gatewayUrl(),
                plane.path("adminToken").asString(),
                control.pid());
    }

    String gatewayUrl() {
        return "http://127.0.0.1:" + gatewayPort;
    }

    private static boolean isReady(String url) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                                    HttpRequest.newBuilder(URI.create(url + "/readyz")).build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Given back at once: somebody else may take it in between, which then shows. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private JsonNode read(String role) throws IOException {
        return Control.JSON.readTree(
                Files.readString(folder.resolve(role).resolve("connection.json")));
    }

    @Override
    public String log() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String role : List.of("control", "gateway")) {
            Path file = folder.resolve(role).resolve("platform.log");
            if (Files.exists(file)) {
                List<String> lines = Files.readAllLines(file);
                all.append("--- ").append(role).append('\n');
                lines.subList(Math.max(0, lines.size() - 80), lines.size())
                        .forEach(line -> all.append(line).append('\n'));
            }
        }
        return all.toString();
    }

    private static void kill(Process process) {
        process.destroyForcibly();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() throws IOException {
        gateway.destroy();
        control.destroy();
        gateway.onExit().completeOnTimeout(gateway, 60, TimeUnit.SECONDS).join();
        control.onExit().completeOnTimeout(control, 60, TimeUnit.SECONDS).join();
        for (ProcessHandle each : ProcessHandle.allProcesses().toList()) {
            if (each.pid() != ProcessHandle.current().pid()
                    && !each.equals(ProcessHandle.current())
                    && commandLine(each).contains(folder + "/control/scheduler")) {
                each.destroyForcibly();
            }
        }
        relay.close();
        s3.close();
        postgres.close();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException | SecurityException gone) {
            return "";
        }
    }
}
