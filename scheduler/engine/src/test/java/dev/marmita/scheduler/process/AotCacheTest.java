package dev.marmita.scheduler.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class AotCacheTest {

    private static final Duration LONG = Duration.ofSeconds(120);

    @TempDir Path folder;
    private RunnerWorld world;
    private ProcessSettings settings;
    private AotCache first;
    private AotCache second;

    @BeforeEach
    void prepare() throws Exception {
        world = new RunnerWorld(folder.resolve("a b"));
        settings = world.training();
        first = new AotCache(settings);
        second = new AotCache(world.training(folder.resolve("other")));
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private static Path made(AotCache cache) {
        return await().atMost(LONG).until(cache::file, Optional::isPresent).orElseThrow();
    }

    private List<Path> files() throws IOException {
        return world.filesIn(settings.runnerHome().resolve("aot"), ".aot");
    }

    @Test
    void isMadeOnceBesideTheRunnerAndFoundFromThenOn() throws Exception {
        first.open();
        second.open();

        Path file = made(first);
        assertThat(file).hasParent(settings.runnerHome().resolve("aot")).isNotEmptyFile();
        assertThat(made(second)).isEqualTo(file);
        AotCache later = new AotCache(settings);
        later.open();
        assertThat(later.file()).contains(file);
        assertThat(files()).containsExactly(file);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(world.filesIn(file.getParent(), ".new")).isEmpty());
    }

    @Test
    void isMadeAgainWhereItIsDamagedOrOfAnotherRunner() throws Exception {
        first.open();
        Path file = made(first);
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.delete(file);
        Files.write(file, content);

        second.open();
        assertThat(second.file()).isEmpty();
        Path again = made(second);
        assertThat(again).isNotEqualTo(file);
        assertThat(file).doesNotExist();

        Files.setLastModifiedTime(
                world.filesIn(settings.runnerHome().resolve("lib"), ".jar").getFirst(),
                java.nio.file.attribute.FileTime.fromMillis(0));
        AotCache rebuilt = new AotCache(settings);
        rebuilt.open();
        assertThat(rebuilt.file()).isEmpty();
        rebuilt.close();
    }

    @Test
    void liesInTheHomeWhereTheRunnersFolderCannotBeWritten() throws Exception {
        Files.writeString(settings.runnerHome().resolve("aot"), "in the way");
        Files.createDirectories(settings.home().resolve("aot/acme"));

        first.open();

        assertThat(made(first)).hasParent(settings.home().resolve("aot"));
        assertThat(settings.home().resolve("aot/acme")).doesNotExist();
    }

    @Test
    void isDoneWithoutWhereItCannotBeMade() throws Exception {
        world.filesIn(settings.runnerHome().resolve("lib"), ".jar")
                .forEach(
                        jar -> {
                            try {
                                Files.writeString(jar, "no jar");
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        });

        first.open();

        await().atMost(LONG)
                .untilAsserted(
                        () ->
                                assertThat(
                                                world.filesIn(
                                                        settings.home().resolve("aot/training"),
                                                        ""))
                                        .isEmpty());
        assertThat(first.file()).isEmpty();
        assertThat(files()).isEmpty();
    }
}
