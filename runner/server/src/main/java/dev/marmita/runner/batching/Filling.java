package dev.marmita.runner.batching;

import dev.marmita.service.ElementKind;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fills the inputs of calls up to a common length, as the author of the service allows. */
final class Filling {

    private final Signature signature;
    private final Map<String, Filler> fillers = new HashMap<>();

    /**
     * @param element the value in native byte order
     */
    private record Filler(int axis, byte[] element) {}

    /**
     * @throws IllegalArgumentException where the padding does not fit the signature
     */
    Filling(Padding padding, Signature signature) {
        padding.check(signature);
        this.signature = signature;
        padding.inputs()
                .forEach(
                        (name, pad) -> {
                            ElementKind kind = signature.input(name).orElseThrow().kind();
                            fillers.put(name, new Filler(pad.axis(), element(kind, pad.value())));
                        });
    }

    private static byte[] element(ElementKind kind, double value) {
        ByteBuffer bytes = ByteBuffer.allocate(kind.size()).order(ByteOrder.nativeOrder());
        switch (kind) {
            case FP32 -> bytes.putFloat((float) value);
            case FP64 -> bytes.putDouble(value);
            case FP16 -> bytes.putShort(Float.floatToFloat16((float) value));
            case BF16 -> bytes.putShort((short) (Float.floatToIntBits((float) value) >>> 16));
            case BOOL, UINT8, INT8 -> bytes.put((byte) (int) value);
            case UINT16, INT16 -> bytes.putShort((short) (int) value);
            case UINT32, INT32 -> bytes.putInt((int) (long) value);
            case UINT64, INT64 -> bytes.putLong((long) value);
            case BYTES -> throw new IllegalArgumentException("texts cannot be filled up");
        }
        return bytes.array();
    }

    /** A call's inputs where they may be filled up; empty: they do not agree on a length. */
    Optional<BatchPlanner.Width> width(BatchKey.Keyed keyed) {
        long length = -1;
        long bytesOfLength = 0;
        List<List<Long>> family = new ArrayList<>();
        for (int i = 0; i < signature.inputs().size(); i++) {
            Signature.Port port = signature.inputs().get(i);
            List<Long> row = new ArrayList<>(keyed.key().rows().get(i));
            Filler filler = fillers.get(port.name());
            if (filler != null) {
                long own = row.get(filler.axis - 1);
                if (own < 1 || (length >= 0 && own != length)) {
                    return Optional.empty();
                }
                length = own;
                row.set(filler.axis - 1, 1L);
                bytesOfLength +=
                        keyed.rows()
                                * row.stream().reduce(1L, (a, b) -> a * b)
                                * port.kind().size();
                row.set(filler.axis - 1, -1L);
            }
            family.add(row);
        }
        return Optional.of(new BatchPlanner.Width(family, length, bytesOfLength));
    }

    /** The shape of that input, filled up to that length. */
    long[] shape(String input, long[] shape, long length) {
        Filler filler = fillers.get(input);
        long[] filled = shape.clone();
        if (filler != null) {
            filled[filler.axis] = length;
        }
        return filled;
    }

    /** Writes a tensor, filled up to that length. */
    void write(String input, Tensor tensor, long length, ByteBuf to) {
        Filler filler = fillers.get(input);
        long[] shape = tensor.shape();
        if (filler == null || shape[filler.axis] == length) {
            to.writeBytes(tensor.data());
            return;
        }
        long pieceBytes = tensor.kind().size();
        long pieces = 1;
        for (int i = 0; i < shape.length; i++) {
            if (i < filler.axis) {
                pieces *= shape[i];
            } else {
                pieceBytes *= shape[i];
            }
        }
        long missing = length - shape[filler.axis];
        long count = pieceBytes / shape[filler.axis] / tensor.kind().size() * missing;
        byte[] fill = repeated(filler.element, Math.toIntExact(count));
        ByteBuffer data = tensor.data();
        int piece = Math.toIntExact(pieceBytes);
        for (int i = 0; i < pieces; i++) {
            to.writeBytes(data.slice(i * piece, piece));
            to.writeBytes(fill);
        }
    }

    private static byte[] repeated(byte[] element, int count) {
        byte[] all = new byte[element.length * count];
        for (int i = 0; i < all.length; i++) {
            all[i] = element[i % element.length];
        }
        return all;
    }
}
