package dev.marmita.registry.blob;

import dev.marmita.registry.Digest;
import dev.marmita.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/** SHA-256 of streams. */
final class Hashing {

    private static final int BUFFER = 256 << 10;

    private Hashing() {}

    /** Reads to the end and closes. */
    static Digest digest(InputStream stream) {
        MessageDigest sha256 = sha256();
        byte[] buffer = new byte[BUFFER];
        try (stream) {
            int count;
            while ((count = stream.read(buffer)) >= 0) {
                sha256.update(buffer, 0, count);
            }
        } catch (IOException brokenOff) {
            throw new RegistryException.StorageUnavailable(
                    "the object store broke off while the content was being verified",
                    Duration.ofSeconds(10),
                    brokenOff);
        }
        return digest(sha256);
    }

    static Digest digest(MessageDigest sha256) {
        return new Digest(HexFormat.of().formatHex(sha256.digest()));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }
}
