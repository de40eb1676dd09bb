package dev.marmita.runner.grpc;

import dev.marmita.runner.http.Admission;
import dev.marmita.runner.http.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes the messages of a stream out of its chunks, each in memory of its own. Used on one event loop. */
final class MessageReader {

    /**
     * A message in its frame, and the memory that it takes of the house's.
     *
     * @param frame owned by the taker, who also gives {@code bytes} back to the admission
     */
    record Framed(ByteBuf frame, int bytes) {}

    private final ByteBufAllocator allocator;
    private final Admission admission;
    private final int maxBytes;
    private final byte[] head = new byte[Frames.HEAD];
    private int headBytes;
    private @Nullable ByteBuf frame;
    private int wanted;

    MessageReader(ByteBufAllocator allocator, Admission admission, int maxBytes) {
        this.allocator = allocator;
        this.admission = admission;
        this.maxBytes = maxBytes;
    }

    /**
     * Takes bytes until a message is complete or the chunk is empty.
     *
     * @throws RefusedException where a message is too large, or there is no memory for it
     */
    Optional<Framed> next(ByteBuf chunk) {
        while (chunk.isReadable()) {
            if (frame == null) {
                head[headBytes++] = chunk.readByte();
                if (headBytes == Frames.HEAD) {
                    begin();
                }
            } else {
                ByteBuf filled = frame;
                int missing = wanted - filled.readableBytes();
                filled.writeBytes(chunk, Math.min(missing, chunk.readableBytes()));
            }
            ByteBuf filled = frame;
            if (filled != null && filled.readableBytes() == wanted) {
                frame = null;
                headBytes = 0;
                return Optional.of(new Framed(filled, wanted));
            }
        }
        return Optional.empty();
    }

    private void begin() {
        long length = 0;
        for (int i = 1; i < Frames.HEAD; i++) {
            length = length << 8 | head[i] & 0xFF;
        }
        if (length > maxBytes) {
            throw new RefusedException(
                    413,
                    "a message is larger than " + maxBytes + " bytes, which is the limit here");
        }
        wanted = (int) length + Frames.HEAD;
        if (!admission.take(wanted)) {
            throw new RefusedException(503, "too much data is being processed; try again");
        }
        frame = allocator.directBuffer(wanted, wanted).writeBytes(head);
    }

    /** Whether it stands in the middle of a message. */
    boolean inMessage() {
        return headBytes > 0;
    }

    /** Releases what is held. Idempotent. */
    void free() {
        if (frame != null) {
            frame.release();
            frame = null;
            admission.give(wanted);
        }
        headBytes = 0;
    }
}
