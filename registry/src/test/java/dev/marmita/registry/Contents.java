package dev.marmita.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** Contents for tests. */
public final class Contents {

    private Contents() {}

    /** Bytes that are others in every call. */
    public static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random().nextBytes(bytes);
        return bytes;
    }

    public static Digest digest(byte[] bytes) {
        return new Digest(HexFormat.of().formatHex(sha256().digest(bytes)));
    }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Uploads in one chunk. */
    public static Digest upload(Uploads uploads, byte[] bytes) {
        Digest digest = digest(bytes);
        Upload upload = uploads.open(digest, bytes.length, "test");
        if (upload.state() == Upload.State.OPEN) {
            try {
                uploads.write(
                        upload.id(),
                        upload.offset(),
                        new ByteArrayInputStream(
                                bytes,
                                (int) upload.offset(),
                                bytes.length - (int) upload.offset()));
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            uploads.complete(upload.id());
        }
        return digest;
    }

    /** The same long stream of bytes for the same seed, from any offset, without having it in memory. */
    public static InputStream stream(long seed, long from, long to) {
        return new Generated(seed, from, to);
    }

    private static final class Generated extends InputStream {
        /** A prime, so that no two parts of a content are alike. */
        private static final int PERIOD = 1_000_003;

        private final byte[] pattern = new byte[PERIOD];
        private final long end;
        private long position;

        private Generated(long seed, long from, long to) {
            new Random(seed).nextBytes(pattern);
            this.position = from;
            this.end = to;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (position >= end) {
                return -1;
            }
            int at = (int) (position % PERIOD);
            int count = (int) Math.min(Math.min(length, PERIOD - at), end - position);
            System.arraycopy(pattern, at, bytes, offset, count);
            position += count;
            return count;
        }
    }
}
