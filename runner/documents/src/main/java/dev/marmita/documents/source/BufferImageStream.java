package dev.marmita.documents.source;

import java.nio.ByteBuffer;
import javax.imageio.stream.ImageInputStreamImpl;

/** Image I/O over bytes that are in memory already: neither copied nor spooled to disk. */
final class BufferImageStream extends ImageInputStreamImpl {

    private final ByteBuffer bytes;

    BufferImageStream(ByteBuffer bytes) {
        this.bytes = bytes.slice();
    }

    @Override
    public int read() {
        bitOffset = 0;
        if (streamPos >= bytes.limit()) {
            return -1;
        }
        return bytes.get((int) streamPos++) & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        bitOffset = 0;
        if (length == 0) {
            return 0;
        }
        if (streamPos >= bytes.limit()) {
            return -1;
        }
        int count = (int) Math.min(length, bytes.limit() - streamPos);
        bytes.get((int) streamPos, target, offset, count);
        streamPos += count;
        return count;
    }

    @Override
    public long length() {
        return bytes.limit();
    }
}
