package dev.marmita.registry.blob;

import dev.marmita.registry.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Ends with an IOException where the bytes were not those of the digest. Not thread-safe. */
final class VerifyingInputStream extends InputStream {

    private final InputStream source;
    private final Digest expected;
    private final MessageDigest sha256 = Hashing.sha256();
    private boolean verified;

    VerifyingInputStream(InputStream source, Digest expected) {
        this.source = source;
        this.expected = expected;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = source.read(bytes, offset, length);
        if (count > 0) {
            sha256.update(bytes, offset, count);
        } else if (count < 0 && !verified) {
            Digest actual = Hashing.digest(sha256);
            if (!actual.equals(expected)) {
                throw new IOException("expected " + expected + ", but the bytes are " + actual);
            }
            verified = true;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
