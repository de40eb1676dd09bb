package dev.marmita.cli.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Content addresses: {@code sha256:} and 64 hexadecimal digits. */
public final class Digest {
    private static final int BUFFER = 1 << 20;

    private Digest() {}

    /** Reads the file once, whatever its size, with one buffer. */
    public static String of(Path file, Transfer transfer) throws IOException {
        MessageDigest sha256 = sha256();
        long total = Files.size(file);
        long done = 0;
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
                done += n;
                transfer.at(done, total);
            }
        }
        return text(sha256);
    }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // every Java platform has it
        }
    }

    public static String text(MessageDigest finished) {
        return "sha256:" + HexFormat.of().formatHex(finished.digest());
    }
}
