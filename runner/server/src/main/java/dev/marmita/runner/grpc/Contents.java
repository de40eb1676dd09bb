package dev.marmita.runner.grpc;

import dev.marmita.service.BadInputException;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** {@code InferTensorContents}: elements in a field by their type, packed or one by one. */
final class Contents {

    private Contents() {}

    /** Number of the field that holds elements of that type; FP16 and BF16 have none. */
    private static int field(ElementKind kind) {
        return switch (kind) {
            case BOOL -> 1;
            case INT8, INT16, INT32 -> 2;
            case INT64 -> 3;
            case UINT8, UINT16, UINT32 -> 4;
            case UINT64 -> 5;
            case FP32 -> 6;
            case FP64 -> 7;
            case BYTES -> 8;
            case FP16, BF16 -> 0;
        };
    }

    static boolean canHold(ElementKind kind) {
        return field(kind) != 0;
    }

    /**
     * A tensor of these contents.
     *
     * @param hold keeps its memory
     */
    static Tensor read(
            String input,
            ElementKind kind,
            long[] shape,
            int elements,
            ByteBuf contents,
            UnaryOperator<ByteBuf> hold,
            ByteBufAllocator allocator) {
        if (!canHold(kind)) {
            throw new BadInputException(
                    input, "input '" + input + "' of " + kind + " must be sent as raw contents");
        }
        if (elements > contents.readableBytes()) {
            throw wrongCount(input, shape);
        }
        if (kind == ElementKind.BYTES) {
            return Tensor.ofStrings(strings(input, shape, elements, contents), shape);
        }
        int size = elements * kind.size();
        ByteBuffer memory =
                hold.apply(allocator.directBuffer(size, size))
                        .nioBuffer(0, size)
                        .order(ByteOrder.nativeOrder());
        ProtoReader reader = new ProtoReader(contents);
        for (int field = reader.next(); field != 0; field = reader.next()) {
            requireField(input, kind, field);
            if (reader.type() == ProtoReader.BYTES) {
                ByteBuf packed = reader.slice();
                ProtoReader each = new ProtoReader(packed);
                while (each.hasMore()) {
                    element(input, shape, kind, each, memory);
                }
            } else {
                reader.requireType(wireType(kind));
                element(input, shape, kind, reader, memory);
            }
        }
        if (memory.hasRemaining()) {
            throw wrongCount(input, shape);
        }
        return Tensor.of(kind, memory.flip(), shape);
    }

    private static void requireField(String input, ElementKind kind, int field) {
        if (field != field(kind)) {
            throw new BadInputException(
                    input, "input '" + input + "' has contents of another type than " + kind);
        }
    }

    private static int wireType(ElementKind kind) {
        return switch (kind) {
            case FP32 -> ProtoReader.FIXED32;
            case FP64 -> ProtoReader.FIXED64;
            default -> ProtoReader.VARINT;
        };
    }

    private static void element(
            String input, long[] shape, ElementKind kind, ProtoReader from, ByteBuffer to) {
        if (to.remaining() < kind.size()) {
            throw wrongCount(input, shape);
        }
        switch (kind) {
            case FP32 -> to.putInt(from.fixed32());
            case FP64 -> to.putLong(from.fixed64());
            case INT64, UINT64 -> to.putLong(from.varint());
            case BOOL -> to.put((byte) (from.varint() == 0 ? 0 : 1));
            case INT32 -> to.putInt((int) inRange(input, kind, from.varint(), -1L << 31));
            case INT16 -> to.putShort((short) inRange(input, kind, from.varint(), -1L << 15));
            case INT8 -> to.put((byte) inRange(input, kind, from.varint(), -1L << 7));
            case UINT32 -> to.putInt((int) inRange(input, kind, from.varint(), 0));
            case UINT16 -> to.putShort((short) inRange(input, kind, from.varint(), 0));
            case UINT8 -> to.put((byte) inRange(input, kind, from.varint(), 0));
            case FP16, BF16, BYTES -> throw new IllegalArgumentException(kind.name());
        }
    }

    private static long inRange(String input, ElementKind kind, long value, long min) {
        long max = min == 0 ? (1L << 8 * kind.size()) - 1 : -min - 1;
        if (value < min || value > max) {
            throw new BadInputException(
                    input, "input '" + input + "' has an element out of the range of " + kind);
        }
        return value;
    }

    private static List<byte[]> strings(
            String input, long[] shape, int elements, ByteBuf contents) {
        List<byte[]> strings = new ArrayList<>(elements);
        ProtoReader reader = new ProtoReader(contents);
        for (int field = reader.next(); field != 0; field = reader.next()) {
            requireField(input, ElementKind.BYTES, field);
            ByteBuf element = reader.slice();
            byte[] bytes = new byte[element.readableBytes()];
            element.readBytes(bytes);
            strings.add(bytes);
        }
        if (strings.size() != elements) {
            throw wrongCount(input, shape);
        }
        return strings;
    }

    private static BadInputException wrongCount(String input, long[] shape) {
        return new BadInputException(
                input,
                "input '"
                        + input
                        + "' does not have the number of elements of its shape "
                        + Arrays.toString(shape));
    }

    /** Writes a tensor's elements, packed. */
    static void write(Tensor tensor, ProtoWriter to) {
        int field = field(tensor.kind());
        if (tensor.kind() == ElementKind.BYTES) {
            tensor.strings().forEach(element -> to.bytes(field, element));
            return;
        }
        if (tensor.size() == 0) {
            return;
        }
        to.message(
                field,
                packed -> {
                    ByteBuffer data = tensor.data();
                    while (data.hasRemaining()) {
                        switch (tensor.kind()) {
                            case FP32, FP64 -> packed.buffer().writeBytes(data);
                            case INT64, UINT64 -> packed.varint(data.getLong());
                            case INT32 -> packed.varint(data.getInt());
                            case UINT32 -> packed.varint(data.getInt() & 0xFFFF_FFFFL);
                            case INT16 -> packed.varint(data.getShort());
                            case UINT16 -> packed.varint(data.getShort() & 0xFFFF);
                            case INT8 -> packed.varint(data.get());
                            case UINT8, BOOL -> packed.varint(data.get() & 0xFF);
                            case FP16, BF16, BYTES ->
                                    throw new IllegalArgumentException(tensor.kind().name());
                        }
                    }
                });
    }
}
