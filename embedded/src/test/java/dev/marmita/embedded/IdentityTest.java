package dev.marmita.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
    private static final List<String> BROKEN = List.of("/no/such/program");
    private static final List<String> NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

    @TempDir Path folder;

    @BeforeEach
    void asRoot() {
        assumeTrue(Identity.choose(folder).uid() != -1, "an ordinary user needs no other identity");
    }

    @Test
    void rootFallsBackToNobodyWhereUserNamespacesAreOff() throws Exception {
        open(folder);
        Path home = folder.resolve("postgres");
        Files.createDirectory(home);
        Identity identity = Identity.chooseForRoot(home, BROKEN, NOBODY);
        PostgresCluster.admit(home, identity);
        PostgresBinaries binaries = PostgresBinaries.unpack(home);
        PostgresCluster cluster = PostgresCluster.open(home, binaries, identity);
        int port = new PortFile(home.resolve("port")).choose(0, "test");

        PostgresProcess process =
                PostgresProcess.start(
                        cluster, binaries, identity, port, home.resolve("postgres.log"));
        try {
            assertThat(Trees.owner(cluster.data())).isEqualTo(65534);
        } finally {
            process.stop();
        }

        // The same home under another identity later: the data changes hands.
        try (EmbeddedPostgres later =
                EmbeddedPostgres.start(new EmbeddedPostgres.Settings(home, 0))) {
            assertThat(later.port()).isPositive();
            assertThat(Trees.owner(home.resolve("data"))).isEqualTo(Identity.choose(home).uid());
        }
    }

    @Test
    void saysWhenNobodyCannotEnterTheHome() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        assertThatThrownBy(() -> Identity.chooseForRoot(folder, BROKEN, NOBODY))
                .isInstanceOf(EmbeddedStartException.class)
                .hasMessageContaining("cannot enter " + folder);
    }

    @Test
    void saysWhenThereIsNoWayToDropRoot() {
        assertThatThrownBy(() -> Identity.chooseForRoot(folder, BROKEN, BROKEN))
                .isInstanceOf(EmbeddedStartException.class)
                .hasMessageContaining("ordinary user");
    }

    private static void open(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
