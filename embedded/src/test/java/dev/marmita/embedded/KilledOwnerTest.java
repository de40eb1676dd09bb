package dev.marmita.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another JVM owns the server and is killed. */
class KilledOwnerTest {
    @TempDir Path folder;

    /** The other JVM: starts a server, says so, writes a row and waits to be killed. */
    static final class Owner {
        public static void main(String[] arguments) throws Exception {
            EmbeddedPostgres postgres =
                    EmbeddedPostgres.start(new EmbeddedPostgres.Settings(Path.of(arguments[0]), 0));
            try (Connection connection =
                            DriverManager.getConnection(
                                    postgres.jdbcUrl(), postgres.user(), postgres.password());
                    Statement statement = connection.createStatement()) {
                statement.execute("create table written (n int)");
                statement.execute("insert into written values (1)");
            }
            System.out.println("ready");
            Thread.currentThread().join();
        }
    }

    @Test
    void itsServerStopsAndTheNextOwnerHasItsRows() throws Exception {
        Path home = folder.resolve("postgres");
        Process owner =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Owner.class.getName(),
                                home.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        ProcessHandle server;
        try (BufferedReader lines = owner.inputReader(StandardCharsets.UTF_8)) {
            awaitReady(lines);
            server = ProcessHandle.of(serverPid(home)).orElseThrow();
            assertThatThrownBy(() -> EmbeddedPostgres.start(new EmbeddedPostgres.Settings(home, 0)))
                    .isInstanceOf(EmbeddedStartException.class)
                    .hasMessageContaining("in use by process " + owner.pid());
        } finally {
            owner.destroyForcibly();
        }

        await().atMost(Duration.ofSeconds(20)).until(() -> !server.isAlive());
        assertHasTheRow(home);
    }

    @Test
    void aServerLeftBehindIsStoppedByTheNextOwner() throws Exception {
        Path home = folder.resolve("left behind");
        EmbeddedPostgres.start(new EmbeddedPostgres.Settings(home, 0)).close();
        Process orphan = orphan(home);
        try {
            await().atMost(Duration.ofSeconds(20)).until(() -> isReady(home));
            try (EmbeddedPostgres postgres =
                    EmbeddedPostgres.start(new EmbeddedPostgres.Settings(home, 0))) {
                assertThat(orphan.isAlive()).isFalse();
                assertThat(postgres.jdbcUrl()).isNotEmpty();
            }
        } finally {
            orphan.destroyForcibly();
        }
    }

    /** A server on this home that nobody watches. */
    private static Process orphan(Path home) throws Exception {
        PostgresBinaries binaries = PostgresBinaries.unpack(home);
        return new ProcessBuilder(
                        Identity.choose(home)
                                .command(
                                        java.util.List.of(
                                                binaries.program("postgres").toString(),
                                                "-D",
                                                home.resolve("data").toString(),
                                                "-c",
                                                "port="
                                                        + new PortFile(home.resolve("port"))
                                                                .choose(0, "test"),
                                                "-c",
                                                "unix_socket_directories=")))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("orphan.log").toFile())
                .start();
    }

    private static void assertHasTheRow(Path home) throws SQLException {
        try (EmbeddedPostgres next =
                        EmbeddedPostgres.start(new EmbeddedPostgres.Settings(home, 0));
                Connection connection =
                        DriverManager.getConnection(next.jdbcUrl(), next.user(), next.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from written")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(1);
        }
    }

    private static void awaitReady(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.equals("ready")) {
            line = lines.readLine();
        }
        assertThat(line).as("the other JVM said").isEqualTo("ready");
    }

    private static long serverPid(Path home) throws IOException {
        return PostmasterFile.read(home.resolve("data")).orElseThrow().pid();
    }

    private static boolean isReady(Path home) throws IOException {
        return PostmasterFile.read(home.resolve("data")).map(PostmasterFile::ready).orElse(false);
    }
}
