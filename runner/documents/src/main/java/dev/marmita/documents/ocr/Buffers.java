package dev.marmita.documents.ocr;

import dev.marmita.service.Tensor;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;

/**
 * Direct memory that is used again and again: allocating and zeroing it for every line would cost
 * more than filling it. Keeps a bounded number of buffers. Thread-safe.
 */
final class Buffers {

    private static final int GRANULE = 1 << 18;

    private final BlockingQueue<ByteBuffer> idle;

    Buffers(int kept) {
        idle = new ArrayBlockingQueue<>(kept);
    }

    /** Lends a buffer with exactly that many bytes remaining; it is taken back afterwards. */
    <T> T with(int bytes, Function<ByteBuffer, T> use) {
        ByteBuffer buffer = idle.poll();
        if (buffer == null || buffer.capacity() < bytes) {
            int rounded = Math.toIntExact(Math.ceilDiv((long) bytes, GRANULE) * GRANULE);
            buffer = Tensor.allocate(rounded);
        }
        try {
            return use.apply(buffer.slice(0, bytes).order(buffer.order()));
        } finally {
            idle.offer(buffer);
        }
    }
}
