package dev.marmita.scheduler.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.Failure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobCacheTest {

    @TempDir Path folder;
    private RunnerWorld world;
    private final Set<String> inUse = new HashSet<>();

    @BeforeEach
    void setUp() throws IOException {
        world = new RunnerWorld(folder);
    }

    @Test
    void keepsWhatItFetched() throws Exception {
        BlobCache cache = open(folder.resolve("cache"), 1000);
        String digest = world.blob(new byte[100]);

        Path file = cache.file(digest);

        assertThat(file).hasBinaryContent(new byte[100]).hasFileName(BlobCache.hex(digest));
        assertThat(file.toFile().canExecute()).isFalse();
        assertThat(Files.getPosixFilePermissions(file).toString()).doesNotContain("WRITE");
        cache.file(digest);
        assertThat(world.opened).hasValue(1);
    }

    @Test
    void removesTheLeastRecentlyUsedFirst() throws Exception {
        BlobCache cache = open(folder.resolve("cache"), 250);
        Path first = cache.file(blob(1));
        Path second = cache.file(blob(2));
        age(first, 100);
        age(second, 200);
        cache.file(blob(1));

        Path third = cache.file(blob(3));

        assertThat(first).exists();
        assertThat(second).doesNotExist();
        assertThat(third).exists();
    }

    @Test
    void neverRemovesWhatIsInUse() throws Exception {
        BlobCache cache = open(folder.resolve("cache"), 250);
        Path first = cache.file(blob(1));
        Path second = cache.file(blob(2));
        inUse.addAll(Set.of(blob(1), blob(2)));

        assertThatThrownBy(() -> cache.file(blob(3)))
                .isInstanceOfSatisfying(
                        ReplicaException.class,
                        e -> assertThat(e.failure().reason()).isEqualTo(Reason.DISK_FULL));
        assertThat(first).exists();
        assertThat(second).exists();
        assertThat(folder.resolve("cache/incoming")).isEmptyDirectory();
        inUse.clear();
        assertThat(cache.file(blob(3))).exists();
    }

    @Test
    void saysWhatIsNotThere() throws Exception {
        BlobCache cache = open(folder.resolve("cache"), 1000);

        assertThatThrownBy(() -> cache.file("sha256:" + "0".repeat(64)))
                .isInstanceOfSatisfying(
                        ReplicaException.class,
                        e ->
                                assertThat(e.failure())
                                        .isEqualTo(
                                                new Failure(
                                                        Reason.ARTIFACT_UNAVAILABLE,
                                                        "there is no content for sha256:"
                                                                + "0".repeat(64))));
    }

    @Test
    void triesAgainAtOnceAfterAFailure() throws Exception {
        BlobCache cache = open(folder.resolve("cache"), 1000);
        for (int i = 0; i < 300; i++) {
            String digest = world.blob(filled(4, i));
            world.failuresLeft.set(1);

            assertThatThrownBy(() -> cache.file(digest)).isInstanceOf(ReplicaException.class);
            assertThat(cache.file(digest)).exists();
        }
    }

    @Test
    void clearsWhatWasHalfWritten() throws Exception {
        Path cache = folder.resolve("cache");
        open(cache, 1000);
        Files.writeString(cache.resolve("incoming/rest"), "half");

        open(cache, 1000);

        assertThat(cache.resolve("incoming")).isEmptyDirectory();
    }

    @Test
    void survivesAFullDisk() throws Exception {
        Path small = Files.createDirectories(folder.resolve("small"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", small.toString()))
                .as("may mount a small disk")
                .isTrue();
        try {
            BlobCache cache = open(small, 1 << 30);
            String kept = world.blob(filled(9_000_000, 1));
            String large = world.blob(filled(10_000_000, 2));
            Path file = cache.file(kept);

            assertThatThrownBy(() -> cache.file(large))
                    .isInstanceOfSatisfying(
                            ReplicaException.class,
                            e -> assertThat(e.failure().reason()).isEqualTo(Reason.DISK_FULL));
            assertThat(small.resolve("incoming")).isEmptyDirectory();
            assertThat(file).exists();

            cache.evictUnused();
            assertThat(cache.file(large)).hasSize(10_000_000);
            assertThat(file).doesNotExist();
        } finally {
            assertThat(run("umount", small.toString())).isTrue();
        }
    }

    private BlobCache open(Path at, long maxBytes) throws IOException {
        BlobCache cache = new BlobCache(at, maxBytes, world, () -> inUse);
        cache.open();
        return cache;
    }

    private String blob(int content) {
        return world.blob(filled(100, content));
    }

    private static byte[] filled(int size, int content) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) content);
        return bytes;
    }

    private static void age(Path file, int seconds) throws IOException {
        Files.setLastModifiedTime(
                file, FileTime.fromMillis(System.currentTimeMillis() - seconds * 1000L));
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
