package dev.marmita.runner.inference;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import java.nio.ByteBuffer;

/** An output as it lies in native memory, which goes out without a copy and is freed when it is gone. */
final class OutcomeBytes extends UnpooledDirectByteBuf {

    private final Runnable onReleased;

    private OutcomeBytes(ByteBuffer memory, Runnable onReleased) {
        super(UnpooledByteBufAllocator.DEFAULT, memory, memory.remaining());
        this.onReleased = onReleased;
    }

    /**
     * @param memory direct, valid until {@code onReleased} is called
     */
    static ByteBuf over(ByteBuffer memory, Runnable onReleased) {
        return new OutcomeBytes(memory, onReleased);
    }

    @Override
    protected void deallocate() {
        super.deallocate();
        onReleased.run();
    }
}
