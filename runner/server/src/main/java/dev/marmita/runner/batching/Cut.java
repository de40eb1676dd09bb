package dev.marmita.runner.batching;

import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Takes from the rows of an output what they are without the filling of the inputs. */
final class Cut {

    private final long[] from;
    private final long[] to;
    private final int chunk;
    private final int last;

    /**
     * @param from shape of the rows
     * @param to shape of the same rows, nowhere longer
     */
    private Cut(Tensor from, long[] to) {
        this.from = from.shape();
        this.to = to;
        int differs = to.length - 1;
        while (differs > 0 && this.from[differs] == to[differs]) {
            differs--;
        }
        this.last = differs;
        long bytes = from.kind().size();
        for (int i = last; i < to.length; i++) {
            bytes *= to[i];
        }
        this.chunk = Math.toIntExact(bytes);
    }

    /**
     * The first elements of {@code from} along every axis.
     *
     * @param memory gets the buffer in which the result stands
     * @throws IllegalStateException where it is not as long
     */
    static Tensor of(
            Tensor from,
            long[] to,
            ByteBufAllocator allocator,
            java.util.function.Consumer<ByteBuf> memory) {
        long[] shape = from.shape();
        boolean within = shape.length == to.length;
        for (int i = 0; within && i < to.length; i++) {
            within = to[i] <= shape[i];
        }
        if (!within) {
            throw new IllegalStateException(
                    "an output of shape "
                            + Arrays.toString(shape)
                            + " has not in it "
                            + Arrays.toString(to));
        }
        Cut cut = new Cut(from, to);
        long elements = 1;
        for (long dimension : to) {
            elements *= dimension;
        }
        int bytes = Math.toIntExact(elements * from.kind().size());
        ByteBuf buffer = allocator.directBuffer(Math.max(1, bytes), Math.max(1, bytes));
        memory.accept(buffer);
        if (bytes > 0) {
            cut.copy(0, 0, from.data(), buffer, from.kind().size());
        }
        ByteBuffer data = buffer.nioBuffer(buffer.readerIndex(), bytes);
        return Tensor.of(from.kind(), data.order(ByteOrder.nativeOrder()), to);
    }

    private void copy(int axis, long offset, ByteBuffer source, ByteBuf target, int elementBytes) {
        if (axis == last) {
            target.writeBytes(source.slice(Math.toIntExact(offset * elementBytes), chunk));
            return;
        }
        long stride = 1;
        for (int i = axis + 1; i < from.length; i++) {
            stride *= from[i];
        }
        for (long i = 0; i < to[axis]; i++) {
            copy(axis + 1, offset + i * stride, source, target, elementBytes);
        }
    }
}
