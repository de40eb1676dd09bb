package dev.marmita.runner.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * Optimised graphs in a folder that runners share. A graph's name holds what it was made from (model
 * digest, version of ONNX Runtime, kind of processor: its layouts fit one kind only) and the checksum of
 * its content, so that one file is complete and true, or is not used. Trouble with the folder costs time,
 * never a start.
 */
final class GraphCache {

    private static final String SUFFIX = ".onnx";

    private final Path folder;
    private final String runtime;

    GraphCache(Path folder, String runtimeVersion) {
        this.folder = folder;
        this.runtime = "onnxruntime " + runtimeVersion + " all-opt on " + processor();
    }

    /** The graph made from that model, verified; a damaged one is removed and not found. */
    Optional<Path> find(String digest) {
        String prefix = key(digest) + "-";
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(folder, prefix + "*" + SUFFIX)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                String checksum = name.substring(prefix.length(), name.length() - SUFFIX.length());
                if (checksum.equals(checksum(entry))) {
                    return Optional.of(entry);
                }
                discard(entry);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A file to write a graph to; empty where the folder cannot be written. */
    Optional<Path> reserve() {
        try {
            Files.createDirectories(folder);
            return Files.isWritable(folder)
                    ? Optional.of(folder.resolve(".new-" + UUID.randomUUID() + SUFFIX))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Makes a written file the graph of that model. */
    void publish(Path written, String digest) {
        try {
            Path graph = folder.resolve(key(digest) + "-" + checksum(written) + SUFFIX);
            Files.move(written, graph, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            discard(written);
        }
    }

    void discard(Path entry) {
        try {
            Files.deleteIfExists(entry);
        } catch (IOException e) {
            // The next opening finds it damaged again, and optimises again.
        }
    }

    private String key(String digest) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest((digest + "\n" + runtime).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** CRC-32, for it finds the damage of a disk and is fast in a JVM that has just started. */
    private static String checksum(Path file) throws IOException {
        CRC32 sum = new CRC32();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sum.update(buffer, 0, read);
            }
        }
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    private static String processor() {
        String architecture = System.getProperty("os.arch", "unknown");
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.takeWhile(line -> !line.isBlank())
                    .filter(
                            line ->
                                    line.startsWith("model name")
                                            || line.startsWith("flags")
                                            || line.startsWith("CPU part")
                                            || line.startsWith("Features"))
                    .reduce(architecture, (all, line) -> all + "\n" + line);
        } catch (IOException | java.io.UncheckedIOException e) {
            return architecture;
        }
    }
}
