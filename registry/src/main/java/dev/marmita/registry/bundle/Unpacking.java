package dev.marmita.registry.bundle;

import dev.marmita.registry.RegistryException.InvalidArtifact;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Counts what is really unpacked, whatever the zip says it would be. Not thread-safe. */
final class Unpacking {

    private static final long MOST = 512L << 20;
    private static final int MANIFEST = 64 << 10;

    private final byte[] buffer = new byte[64 << 10];
    private long unpacked;

    void copy(InputStream entry, OutputStream to) throws IOException {
        int count;
        while ((count = entry.read(buffer)) >= 0) {
            count(count);
            to.write(buffer, 0, count);
        }
    }

    byte[] manifest(InputStream entry) throws IOException {
        byte[] bytes = entry.readNBytes(MANIFEST + 1);
        if (bytes.length > MANIFEST) {
            throw new InvalidArtifact("service.yaml has more than " + (MANIFEST >> 10) + " KiB");
        }
        count(bytes.length);
        return bytes;
    }

    private void count(int bytes) {
        unpacked += bytes;
        if (unpacked > MOST) {
            throw new InvalidArtifact("more than " + (MOST >> 20) + " MiB when unpacked");
        }
    }
}
