package dev.marmita.runner.batching;

import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Lays the inputs of calls one behind the other, and takes the outputs apart again. */
final class Joined implements AutoCloseable {

    private final List<ByteBuf> memory = new ArrayList<>();
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();

    /**
     * @param rows of all calls together
     * @param filled how the inputs are filled up, where they are not of one length
     */
    Joined(
            Signature signature,
            List<BatchCall> calls,
            int rows,
            Optional<Filled> filled,
            ByteBufAllocator allocator) {
        try {
            for (Signature.Port port : signature.inputs()) {
                inputs.put(port.name(), join(port.name(), calls, rows, filled, allocator));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Inputs filled up to one length.
     *
     * @param rows of outputs by call, as they are where nothing is filled up
     */
    record Filled(Filling filling, long length, List<Map<String, long[]>> rows) {}

    private Tensor join(
            String name,
            List<BatchCall> calls,
            int rows,
            Optional<Filled> filled,
            ByteBufAllocator allocator) {
        Tensor first = tensor(calls.getFirst(), name);
        long[] shape =
                filled.map(fill -> fill.filling.shape(name, first.shape(), fill.length))
                        .orElseGet(first::shape);
        long rowBytes = first.kind().size();
        for (int i = 1; i < shape.length; i++) {
            rowBytes *= shape[i];
        }
        shape[0] = rows;
        int size = Math.toIntExact(rowBytes * rows);
        ByteBuf joined = allocator.directBuffer(Math.max(1, size), Math.max(1, size));
        memory.add(joined);
        for (BatchCall call : calls) {
            Tensor tensor = tensor(call, name);
            if (filled.isPresent()) {
                filled.get().filling.write(name, tensor, filled.get().length, joined);
            } else {
                joined.writeBytes(tensor.data());
            }
        }
        ByteBuffer data = joined.nioBuffer(joined.readerIndex(), size);
        return Tensor.of(first.kind(), data.order(ByteOrder.nativeOrder()), shape);
    }

    private static Tensor tensor(BatchCall call, String name) {
        Tensor tensor = call.inputs().get(name);
        if (tensor == null) {
            throw new IllegalStateException("input " + name + " is missing");
        }
        return tensor;
    }

    /** Valid until closed. */
    Map<String, Tensor> inputs() {
        return inputs;
    }

    @Override
    public void close() {
        memory.forEach(ByteBuf::release);
        memory.clear();
    }

    /**
     * The rows of every call, in its own result over the memory of the whole; the whole is closed with the
     * last of them. Empty where an output has not a row for every row of the inputs; then the caller keeps
     * the whole.
     */
    static Optional<List<ModelResult>> split(
            ModelResult whole,
            List<BatchCall> calls,
            List<Integer> rows,
            int allRows,
            Optional<Filled> filled,
            ByteBufAllocator allocator) {
        for (Tensor output : whole.outputs().values()) {
            long[] shape = output.shape();
            if (shape.length == 0 || shape[0] != allRows) {
                return Optional.empty();
            }
        }
        AtomicInteger open = new AtomicInteger(calls.size());
        List<ModelResult> parts = new ArrayList<>(calls.size());
        int from = 0;
        for (int i = 0; i < calls.size(); i++) {
            Part part = new Part(whole, open);
            try {
                fill(part, calls.get(i), from, rows.get(i), cuts(filled, i), allocator);
            } catch (RuntimeException | Error e) {
                part.free();
                parts.forEach(made -> ((Part) made).free());
                throw e;
            }
            parts.add(part);
            from += rows.get(i);
        }
        return Optional.of(parts);
    }

    private static Optional<Map<String, long[]>> cuts(Optional<Filled> filled, int call) {
        return filled.map(fill -> fill.rows.get(call));
    }

    /**
     * @param cuts shapes of a row of every output, where it may be longer
     */
    private static void fill(
            Part part,
            BatchCall call,
            int from,
            int rows,
            Optional<Map<String, long[]>> cuts,
            ByteBufAllocator allocator) {
        ModelResult whole = part.whole;
        Map<String, Tensor> outputs = LinkedHashMap.newLinkedHashMap(call.outputs().size());
        for (String name : call.outputs()) {
            Tensor output = whole.outputs().get(name);
            if (output == null) {
                throw new IllegalStateException("output " + name + " was not made");
            }
            long[] shape = output.shape();
            int rowBytes = Math.toIntExact(output.size() / shape[0] * output.kind().size());
            shape[0] = rows;
            ByteBuffer data = output.data().slice(from * rowBytes, rows * rowBytes);
            Tensor own = Tensor.of(output.kind(), data.order(ByteOrder.nativeOrder()), shape);
            outputs.put(
                    name, cuts.isEmpty() ? own : cut(own, cuts.get().get(name), allocator, part));
        }
        part.outputs = Collections.unmodifiableMap(outputs);
    }

    private static Tensor cut(
            Tensor output, long @Nullable [] row, ByteBufAllocator allocator, Part part) {
        if (row == null) {
            throw new IllegalStateException("nothing is known of the length of an output");
        }
        long[] shape = new long[row.length + 1];
        shape[0] = output.shape()[0];
        System.arraycopy(row, 0, shape, 1, row.length);
        return Arrays.equals(shape, output.shape())
                ? output
                : Cut.of(output, shape, allocator, part.memory::add);
    }

    private static final class Part implements ModelResult {
        private final ModelResult whole;
        private final AtomicInteger open;
        private final List<ByteBuf> memory = new ArrayList<>();
        private Map<String, Tensor> outputs = Map.of();
        private boolean closed;

        Part(ModelResult whole, AtomicInteger open) {
            this.whole = whole;
            this.open = open;
        }

        void free() {
            memory.forEach(ByteBuf::release);
            memory.clear();
        }

        @Override
        public Map<String, Tensor> outputs() {
            if (closed) {
                throw new IllegalStateException("this result is closed");
            }
            return outputs;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                free();
                if (open.decrementAndGet() == 0) {
                    whole.close();
                }
            }
        }
    }
}
