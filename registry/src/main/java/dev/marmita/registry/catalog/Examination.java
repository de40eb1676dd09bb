package dev.marmita.registry.catalog;

import dev.marmita.registry.Blobs;
import dev.marmita.registry.Digest;
import dev.marmita.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Fetches a content into a folder of its own to look at it; so many at once, the others wait a little. */
final class Examination {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final Blobs blobs;
    private final Path scratch;
    private final Semaphore permits;

    /**
     * @param scratch made where it is missing; what an earlier process left there is deleted
     */
    Examination(Blobs blobs, Path scratch, int concurrency) {
        this.blobs = blobs;
        this.scratch = scratch;
        this.permits = new Semaphore(concurrency, true);
        try {
            delete(scratch);
            Files.createDirectories(scratch);
        } catch (IOException noDisk) {
            throw new UncheckedIOException("cannot use " + scratch, noDisk);
        }
    }

    /** What to do with the fetched content. */
    interface Look<T> {
        /**
         * @param file the content
         * @param folder empty, for whatever files it takes
         */
        T at(Path file, Path folder) throws IOException;
    }

    <T> T examine(Digest digest, Look<T> look) {
        acquire();
        try {
            Path folder = Files.createTempDirectory(scratch, "look");
            try {
                Path file = folder.resolve("content");
                fetch(digest, file);
                return look.at(file, Files.createDirectory(folder.resolve("files")));
            } finally {
                delete(folder);
            }
        } catch (IOException failed) {
            throw new RegistryException.StorageUnavailable(
                    "the platform's disk fails: " + failed.getMessage(), RETRY_AFTER, failed);
        } finally {
            permits.release();
        }
    }

    private void fetch(Digest digest, Path file) throws IOException {
        try (InputStream content = blobs.open(digest);
                var out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[256 << 10];
            int count;
            while ((count = read(content, buffer)) >= 0) {
                out.write(buffer, 0, count);
            }
        }
    }

    private static int read(InputStream content, byte[] buffer) {
        try {
            return content.read(buffer);
        } catch (IOException brokenOff) {
            throw new RegistryException.StorageUnavailable(
                    "the object store broke off: " + brokenOff.getMessage(),
                    RETRY_AFTER,
                    brokenOff);
        }
    }

    private void acquire() {
        try {
            if (permits.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new RegistryException.Busy(
                "as many contents as allowed at once are being examined", RETRY_AFTER);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(folder)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }
}
