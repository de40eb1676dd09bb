package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The platform as a process of its own: started, stopped, killed, started again. */
class LifecycleTest {

    private static final Duration START = Duration.ofSeconds(120);

    private final Path home = RunningPlatform.newHome();
    private Process process;

    @AfterEach
    void kill() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
            await().atMost(Duration.ofSeconds(20)).until(() -> processesOf(home).isEmpty());
        }
    }

    @Test
    void keepsItsStateAndCleansUpAfterItself() throws Exception {
        start();
        assertPrivate("connection.json");
        assertPrivate("admin.token");
        String token = connection().get("adminToken").stringValue();
        assertThat(Files.readString(home.resolve("admin.token")).strip()).isEqualTo(token);
        assertThat(admin().post("/api/v1/tenants", Map.of("name", "kept")).status()).isEqualTo(201);

        assertThatThrownBy(() -> RunningPlatform.start(home))
                .hasStackTraceContaining("another Marmita runs on " + home)
                .hasStackTraceContaining("process " + process.pid());
        assertThat(admin().get("/api/v1/tenants/kept").status()).isEqualTo(200);

        process.destroy(); // SIGTERM
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(home.resolve("connection.json")).doesNotExist();
        assertThat(processesOf(home)).isEmpty();

        start();
        assertThat(connection().get("adminToken").stringValue()).isEqualTo(token);
        assertThat(admin().get("/api/v1/tenants/kept").status()).isEqualTo(200);

        byte[] content = new byte[24 << 20];
        new Random(7).nextBytes(content);
        String upload =
                "/api/v1/uploads/"
                        + admin().post(
                                        "/api/v1/uploads",
                                        Map.of(
                                                "digest",
                                                Client.digest(content),
                                                "size",
                                                content.length))
                                .json()
                                .get("id")
                                .stringValue();
        assertThat(admin().chunk(upload, 0, Arrays.copyOf(content, 10 << 20)).status())
                .isEqualTo(200);
        Client interrupted = admin();
        var rest =
                CompletableFuture.runAsync(
                        () ->
                                interrupted.chunk(
                                        upload,
                                        10 << 20,
                                        Arrays.copyOfRange(content, 10 << 20, content.length)));
        process.destroyForcibly().waitFor(); // kill -9, in the middle of an upload
        assertThat(rest).failsWithin(Duration.ofSeconds(10));
        await().atMost(Duration.ofSeconds(20)).until(() -> processesOf(home).isEmpty());
        Files.delete(home.resolve("admin.token"));
        start();
        assertThat(admin().get("/api/v1/tenants/kept").status()).isEqualTo(200);
        assertThat(connection().get("adminToken").stringValue()).isNotEqualTo(token);

        int kept = admin().get(upload).json().get("offset").intValue();
        assertThat(kept).isBetween(10 << 20, content.length);
        assertThat(
                        admin().chunk(
                                        upload,
                                        kept,
                                        Arrays.copyOfRange(content, kept, content.length))
                                .status())
                .isEqualTo(200);
        var complete = admin().post(upload + "/complete", Map.of());
        assertThat(complete.status()).as(complete.body()).isEqualTo(200);
    }

    private void start() throws Exception {
        Files.deleteIfExists(home.resolve("connection.json"));
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                MarmitaPlatform.class.getName(),
                                "--marmita.home=" + home,
                                "--marmita.port=0",
                                "--marmita.gateway.port=0",
                                "--marmita.scheduler.runner-home=" + RunningPlatform.RUNNER,
                                "--springdoc.api-docs.enabled=false")
                        .redirectErrorStream(true)
                        .redirectOutput(home.resolve("platform.log").toFile())
                        .start();
        await().atMost(START)
                .until(
                        () -> {
                            assertThat(process.isAlive())
                                    .as(Files.readString(home.resolve("platform.log")))
                                    .isTrue();
                            return Files.exists(home.resolve("connection.json"));
                        });
    }

    private JsonNode connection() {
        return JsonMapper.shared().readTree(home.resolve("connection.json").toFile());
    }

    private Client admin() {
        return new Client(
                connection().get("url").stringValue(),
                connection().get("adminToken").stringValue());
    }

    private void assertPrivate(String file) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(file))))
                .isEqualTo("rw-------");
    }

    /** Other processes whose command line names that home. */
    private static List<ProcessHandle> processesOf(Path home) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(each -> commandLine(each).contains(home.toString())).toList();
        }
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }
}
