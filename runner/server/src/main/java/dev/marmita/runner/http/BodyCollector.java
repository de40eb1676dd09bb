package dev.marmita.runner.http;

import dev.marmita.runner.http.Endpoint.BodyLayout;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Collects one body in bounded memory. Used on one event loop, until {@link #take}. */
final class BodyCollector {

    private static final int ALIGNMENT = 64;
    private static final int FIRST = 4096;
    private static final int FRAME = 5;
    private static final int LEAST_ROOM = 4096;
    private static final int MOST_ROOM = 1 << 18;

    private final Admission admission;
    private final ByteBufAllocator allocator;
    private final BodyLayout layout;
    private final int maxBytes;
    private final int skipped;
    private final int announced;
    private @Nullable ByteBuf body;
    private int held;

    /**
     * @param announced size that the caller announced, or -1
     * @throws RefusedException where it is beyond the bounds
     */
    BodyCollector(
            Admission admission,
            ByteBufAllocator allocator,
            BodyLayout layout,
            int maxBytes,
            long announced) {
        this.admission = admission;
        this.allocator = allocator;
        this.layout = layout;
        this.maxBytes = maxBytes;
        this.announced = (int) Math.min(announced, maxBytes);
        this.skipped =
                layout instanceof BodyLayout.Direct direct
                        ? Math.floorMod(-direct.offset(), ALIGNMENT)
                        : 0;
        if (announced > maxBytes) {
            throw tooLarge();
        }
        if (announced > 0) {
            reserve((int) announced);
        }
    }

    /** Copies a piece, where it was not written into {@link #room} already. */
    void add(ByteBuf bytes) {
        int size = bytes.readableBytes();
        if (size() == 0 && layout instanceof BodyLayout.Framed && size >= FRAME) {
            long announced = FRAME + bytes.getUnsignedInt(bytes.readerIndex() + 1);
            if (announced > maxBytes) {
                throw tooLarge();
            }
            if (announced > held) {
                reserve((int) announced);
            }
        }
        int wanted = size() + size;
        if (wanted > maxBytes || wanted < 0) {
            throw tooLarge();
        }
        if (wanted > held) {
            reserve(Math.min(maxBytes, Math.max(wanted, Math.max(FIRST, held * 2))));
        }
        if (body != null && inPlace(body, bytes)) {
            body.writerIndex(body.writerIndex() + size);
        } else if (body != null) {
            body.writeBytes(bytes, bytes.readerIndex(), size);
        }
    }

    private static boolean inPlace(ByteBuf body, ByteBuf piece) {
        return body.hasMemoryAddress()
                && piece.hasMemoryAddress()
                && piece.memoryAddress() + piece.readerIndex()
                        == body.memoryAddress() + body.writerIndex();
    }

    /**
     * Memory where the next bytes of the body belong, no larger than what is missing; null: where the size
     * is not known, or the body is collected elsewhere. The caller releases it.
     */
    @Nullable ByteBuf room() {
        int missing = announced - size();
        if (body == null || !body.hasMemoryAddress() || missing < LEAST_ROOM) {
            return null;
        }
        return body.retainedSlice(body.writerIndex(), Math.min(missing, MOST_ROOM)).clear();
    }

    private int size() {
        return body == null ? 0 : body.readableBytes();
    }

    private void reserve(int bytes) {
        if (!admission.take(bytes - held)) {
            throw RefusedException.unprocessed("too much data is being processed; try again");
        }
        held = bytes;
        ByteBuf old = body;
        if (old == null) {
            body = allocate(bytes);
        } else {
            ByteBuf grown = allocate(bytes);
            grown.writeBytes(old);
            old.release();
            body = grown;
        }
    }

    private ByteBuf allocate(int bytes) {
        if (layout instanceof BodyLayout.Heap) {
            return allocator.heapBuffer(bytes, bytes);
        }
        ByteBuf buffer = allocator.directBuffer(bytes + 2 * ALIGNMENT);
        int misaligned = (int) (address(buffer) % ALIGNMENT);
        int start = (ALIGNMENT - misaligned) % ALIGNMENT + skipped;
        return buffer.setIndex(start, start);
    }

    private static long address(ByteBuf buffer) {
        return java.lang.foreign.MemorySegment.ofBuffer(
                        buffer.internalNioBuffer(0, buffer.capacity()))
                .address();
    }

    /** The body so far; the caller releases it, and {@link #free} gives back its share. */
    ByteBuf take() {
        ByteBuf taken = body == null ? allocator.heapBuffer(0, 0) : body;
        body = null;
        return taken;
    }

    /** Releases what is held. Idempotent. */
    void free() {
        if (body != null) {
            body.release();
            body = null;
        }
        admission.give(held);
        held = 0;
    }

    private RefusedException tooLarge() {
        return new RefusedException(
                413, "the request is larger than " + maxBytes + " bytes, which is the limit here");
    }
}
