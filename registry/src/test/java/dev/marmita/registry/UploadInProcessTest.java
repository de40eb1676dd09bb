package dev.marmita.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Uploads taken in by a platform that is another process: with little memory, and killed. */
@ExtendWith(Backends.Extension.class)
final class UploadInProcessTest {

    private static final long MIB = 1 << 20;

    private final Backends backends;
    private final Uploads uploads;
    private final Blobs blobs;

    UploadInProcessTest(Backends backends) {
        this.backends = backends;
        this.uploads = backends.bean(Uploads.class);
        this.blobs = backends.bean(Blobs.class);
    }

    @Test
    void takesContentsInThatAreLargerThanItsHeap() throws Exception {
        long seed = System.nanoTime();
        long size = 300 * MIB + 12_345;
        Digest digest = UploaderMain.hash(Contents.stream(seed, 0, size));
        Upload upload = uploads.open(digest, size, "ann");

        Process platform = start("-Xmx96m", upload.id(), seed, size, size, "complete");
        List<String> lines = platform.inputReader().lines().toList();

        assertThat(platform.waitFor()).isZero();
        assertThat(lines).endsWith("COMPLETE");
        assertThat(blobs.size(digest)).isEqualTo(size);
    }

    @Test
    void losesNoAcknowledgedByteWhenKilled() throws Exception {
        long seed = System.nanoTime();
        long size = 40 * MIB;
        Digest digest = UploaderMain.hash(Contents.stream(seed, 0, size));
        Upload upload = uploads.open(digest, size, "ann");

        for (int chunk : List.of((int) MIB, (int) (9 * MIB))) {
            long before = uploads.get(upload.id()).offset();
            long acknowledged = writeUntilKilled(upload, seed, size, chunk, before + 2 * chunk);
            assertThat(uploads.get(upload.id()).offset()).isBetween(acknowledged, size - 1);
            assertThat(acknowledged).isGreaterThan(before);
        }

        Upload rest = uploads.get(upload.id());
        uploads.write(rest.id(), rest.offset(), Contents.stream(seed, rest.offset(), size));
        uploads.complete(rest.id());
        assertThat(UploaderMain.hash(blobs.open(digest))).isEqualTo(digest);
    }

    /** Answers what the process was acknowledged last before it was killed. */
    private long writeUntilKilled(Upload upload, long seed, long size, int chunk, long killAt)
            throws IOException, InterruptedException {
        Process platform = start("-Xmx96m", upload.id(), seed, size, chunk, "leave");
        long last = 0;
        try (BufferedReader lines = platform.inputReader()) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith("acknowledged ")) {
                    last = Long.parseLong(line.substring("acknowledged ".length()));
                    if (last >= killAt) {
                        platform.toHandle().destroyForcibly();
                    }
                }
            }
        }
        assertThat(platform.waitFor()).isEqualTo(137);
        return last;
    }

    private Process start(String heap, UUID upload, long seed, long size, long chunk, String then)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                heap,
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                UploaderMain.class.getName(),
                                upload.toString()));
        for (long number : List.of(seed, size, chunk)) {
            command.add(Long.toString(number));
        }
        command.add(then);
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Properties properties = new Properties();
        backends.properties("other-" + UUID.randomUUID())
                .forEach((key, value) -> properties.setProperty(key, value.toString()));
        try (OutputStream in = process.getOutputStream()) {
            properties.store(in, null);
        }
        return process;
    }
}
