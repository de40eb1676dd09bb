package dev.marmita.scheduler.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** What an AOT cache depends on: the runtime, its options, and the jars in their order. */
final class AotKey {

    private AotKey() {}

    /** Changes with the runtime, the runner's jars and its options. */
    static String of(ProcessSettings settings) {
        StringBuilder parts = new StringBuilder();
        parts.append(settings.javaHome())
                .append(settings.jvmOptions())
                .append(settings.mainClass())
                .append(new RunnerHome(settings.runnerHome()).key());
        try {
            Path release = settings.javaHome().resolve("release");
            parts.append(Files.exists(release) ? Files.readString(release) : "");
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(parts.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (IOException e) {
            return "unknown";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** CRC-32 of a file's content, for it finds the damage of a disk and is fast. */
    static String checksum(Path file) throws IOException {
        CRC32 sum = new CRC32();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sum.update(buffer, 0, read);
            }
        }
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }
}
