package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenSecretsTest {

    @TempDir Path home;

    @Test
    void settingsAndFilesAreThereWhileItRuns() throws Exception {
        Path file = folder().resolve("key.pem");
        try (GivenSecrets given =
                GivenSecrets.take(
                        launch(Optional.of(folder())),
                        input(
                                "{\"env\":{\"KEY\":\"hunter2\"},\"files\":{\"key.pem\":\"AP8=\"}}"))) {
            assertThat(given.launch().env())
                    .containsEntry("KEY", "hunter2")
                    .containsEntry("LOG_LEVEL", "info")
                    .containsEntry("MARMITA_SECRETS", folder().toString());
            assertThat(given.launch().toString()).doesNotContain("hunter2");
            assertThat(Files.readAllBytes(file)).containsExactly(0, -1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("r--------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                    .isEqualTo("rwx------");
        }
        assertThat(folder()).doesNotExist();
    }

    @Test
    void whatDoesNotComeWholeIsRefusedWithoutBeingQuoted() {
        for (String broken :
                List.of(
                        "",
                        "hunter2",
                        "{\"env\":{\"KEY\":\"hunter2",
                        "{\"env\":{},\"files\":{},\"hunter2\":1}")) {
            assertThatThrownBy(
                            () -> GivenSecrets.take(launch(Optional.of(folder())), input(broken)))
                    .isInstanceOf(StartFailedException.class)
                    .hasMessage("the platform did not hand over the secrets whole")
                    .hasStackTraceContaining("StartFailedException")
                    .satisfies(
                            e ->
                                    assertThat(String.valueOf(e.getCause()))
                                            .doesNotContain("hunter2"));
            assertThat(folder()).doesNotExist();
        }
    }

    @Test
    void noFileIsWrittenElsewhere() {
        assertThatThrownBy(
                        () ->
                                GivenSecrets.take(
                                        launch(Optional.of(folder())),
                                        input("{\"env\":{},\"files\":{\"../out\":\"AP8=\"}}")))
                .isInstanceOf(StartFailedException.class);
        assertThat(home.resolve("out")).doesNotExist();
        assertThat(folder()).doesNotExist();
    }

    @Test
    void whoHasNoneDoesNotReadItsInput() throws Exception {
        InputStream closed =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("nobody may read here");
                    }
                };
        Launch launch = launch(Optional.empty());
        try (GivenSecrets given = GivenSecrets.take(launch, closed)) {
            assertThat(given.launch()).isSameAs(launch);
        }
    }

    private Path folder() {
        return home.resolve("secrets");
    }

    private static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private Launch launch(Optional<Path> secrets) {
        return new Launch(
                "acme",
                "receipts",
                1,
                "receipts-1-x",
                "127.0.0.1",
                0,
                Optional.empty(),
                Optional.empty(),
                home.resolve("scratch"),
                new Launch.Bundle("test", "1", "sha256:test", home),
                List.of(),
                1,
                1,
                1 << 20,
                1_000,
                1_000,
                Optional.empty(),
                Map.of("LOG_LEVEL", "info"),
                secrets,
                false);
    }
}
