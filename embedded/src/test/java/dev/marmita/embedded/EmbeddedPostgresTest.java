package dev.marmita.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The tests share one home, as starts of one installation do; each leaves a running server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedPostgresTest {
    private Path home;
    private EmbeddedPostgres postgres;

    @BeforeAll
    void start(@TempDir Path folder) {
        home = folder.resolve("a home with spaces/postgres");
        postgres = EmbeddedPostgres.start(new EmbeddedPostgres.Settings(home, 0));
    }

    @AfterAll
    void stop() {
        postgres.close();
    }

    @Test
    void isDurableAndReachableFromThisMachineOnly() throws SQLException {
        assertThat(show("fsync")).isEqualTo("on");
        assertThat(show("synchronous_commit")).isEqualTo("on");
        assertThat(show("full_page_writes")).isEqualTo("on");
        assertThat(show("data_checksums")).isEqualTo("on");
        assertThat(show("listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(show("unix_socket_directories")).isEmpty();
        assertThat(show("server_encoding")).isEqualTo("UTF8");
        assertThat(show("password_encryption")).isEqualTo("scram-sha-256");
        assertThat(one("select datlocale from pg_database where datname = current_database()"))
                .isEqualTo("C.UTF-8");
    }

    @Test
    void refusesAWrongPassword() {
        assertThatThrownBy(
                        () ->
                                DriverManager.getConnection(
                                                postgres.jdbcUrl(), postgres.user(), "wrong")
                                        .close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void keepsThePasswordPrivate() throws IOException {
        Path file = home.resolve("password");
        assertThat(Files.readString(file)).isEqualTo(postgres.password()).hasSizeGreaterThan(24);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void refusesASecondOneOnTheSameHome() {
        assertThatThrownBy(() -> EmbeddedPostgres.start(new EmbeddedPostgres.Settings(home, 0)))
                .isInstanceOf(EmbeddedStartException.class)
                .hasMessageContaining("already in use by process " + ProcessHandle.current().pid())
                .hasMessageContaining(home.toString());
        assertThat(answers()).isTrue();
    }

    @Test
    void keepsPortPasswordAndRowsOverARestart() throws SQLException {
        String url = postgres.jdbcUrl();
        String password = postgres.password();
        run("create table kept (n int)");
        run("insert into kept values (42)");

        postgres.close();
        assertThat(answers()).isFalse();
        postgres = EmbeddedPostgres.start(new EmbeddedPostgres.Settings(home, 0));

        assertThat(postgres.jdbcUrl()).isEqualTo(url);
        assertThat(postgres.password()).isEqualTo(password);
        assertThat(one("select n from kept")).isEqualTo("42");
    }

    @Test
    void choosesAnotherPortWhenItsOwnIsTaken() throws IOException, SQLException {
        int port = postgres.port();
        postgres.close();
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            postgres = EmbeddedPostgres.start(new EmbeddedPostgres.Settings(home, 0));
            assertThat(postgres.port()).isNotEqualTo(taken.getLocalPort());
            assertThat(one("select 1")).isEqualTo("1");
        }
    }

    @Test
    void refusesATakenPortThatWasAskedFor() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();
            postgres.close();
            assertThatThrownBy(
                            () -> EmbeddedPostgres.start(new EmbeddedPostgres.Settings(home, port)))
                    .isInstanceOf(EmbeddedStartException.class)
                    .hasMessageContaining("Port " + port);
        } finally {
            postgres = EmbeddedPostgres.start(new EmbeddedPostgres.Settings(home, 0));
        }
    }

    @Test
    void restartsAKilledServerOnTheSamePortWithAllThatWasCommitted() throws Exception {
        run("create table survived (n int)");
        run("insert into survived values (7)");
        long before = pid();

        ProcessHandle.of(before).orElseThrow().destroyForcibly();

        await().atMost(Duration.ofSeconds(30)).until(() -> answers() && pid() != before);
        assertThat(one("select n from survived")).isEqualTo("7");
    }

    @Test
    void restartsWhenTheWatcherIsKilledToo() throws Exception {
        long before = pid();
        ProcessHandle watcher = ProcessHandle.of(before).orElseThrow().parent().orElseThrow();

        watcher.destroyForcibly();

        await().atMost(Duration.ofSeconds(30)).until(() -> answers() && pid() != before);
        // Nobody may be there to reap it, but it runs no more.
        assertThat(ProcessHandle.of(before).flatMap(it -> it.info().command())).isEmpty();
    }

    private long pid() throws IOException {
        return PostmasterFile.read(home.resolve("data")).map(PostmasterFile::pid).orElse(0L);
    }

    private boolean answers() {
        try {
            return one("select 1").equals("1");
        } catch (SQLException down) {
            return false;
        }
    }

    private String show(String setting) throws SQLException {
        return one("show " + setting);
    }

    private String one(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl(), postgres.user(), postgres.password());
    }
}
