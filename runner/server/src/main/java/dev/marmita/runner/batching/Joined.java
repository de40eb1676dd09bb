package dev.marmita.runner.batching;

import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Lays the inputs of calls one behind the other, and takes the outputs apart again. */
final class Joined implements AutoCloseable {

    private final List<ByteBuf> memory = new ArrayList<>();
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();

    /**
     * @param rows of all calls together
     */
    Joined(Signature signature, List<BatchCall> calls, int rows, ByteBufAllocator allocator) {
        try {
            for (Signature.Port port : signature.inputs()) {
                inputs.put(port.name(), join(port.name(), calls, rows, allocator));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private Tensor join(String name, List<BatchCall> calls, int rows, ByteBufAllocator allocator) {
        Tensor first = tensor(calls.getFirst(), name);
        long[] shape = first.shape();
        long rowBytes = first.size() / shape[0] * first.kind().size();
        shape[0] = rows;
        int size = Math.toIntExact(rowBytes * rows);
        ByteBuf joined = allocator.directBuffer(Math.max(1, size), Math.max(1, size));
        memory.add(joined);
        for (BatchCall call : calls) {
            joined.writeBytes(tensor(call, name).data());
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
            ModelResult whole, List<BatchCall> calls, List<Integer> rows, int allRows) {
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
            parts.add(part(whole, calls.get(i), from, rows.get(i), open));
            from += rows.get(i);
        }
        return Optional.of(parts);
    }

    private static ModelResult part(
            ModelResult whole, BatchCall call, int from, int rows, AtomicInteger open) {
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
            outputs.put(name, Tensor.of(output.kind(), data.order(ByteOrder.nativeOrder()), shape));
        }
        return new Part(whole, Collections.unmodifiableMap(outputs), open);
    }

    private static final class Part implements ModelResult {
        private final ModelResult whole;
        private final Map<String, Tensor> outputs;
        private final AtomicInteger open;
        private boolean closed;

        Part(ModelResult whole, Map<String, Tensor> outputs, AtomicInteger open) {
            this.whole = whole;
            this.outputs = outputs;
            this.open = open;
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
                if (open.decrementAndGet() == 0) {
                    whole.close();
                }
            }
        }
    }
}
