package dev.marmita.runner.inference;

import dev.marmita.service.BadInputException;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** The {@code data} of a tensor in JSON, nested or flat, into direct memory. */
final class JsonTensors {

    private final JsonCursor cursor;
    private final JsonNumbers numbers;
    private final ByteBufAllocator allocator;
    private final boolean base64;

    JsonTensors(JsonCursor cursor, ByteBufAllocator allocator) {
        this(cursor, allocator, false);
    }

    /**
     * @param base64 whether {@code {"b64": "…"}} stands for a BYTES element
     */
    JsonTensors(JsonCursor cursor, ByteBufAllocator allocator, boolean base64) {
        this.base64 = base64;
        this.cursor = cursor;
        this.numbers = new JsonNumbers(cursor);
        this.allocator = allocator;
    }

    /** Takes one element; throws where it does not fit. */
    private interface Element {
        void read();
    }

    /**
     * Reads the value at the cursor.
     *
     * @param call keeps the tensor's memory
     * @throws BadInputException naming the input
     */
    Tensor read(InferCall call, String input, ElementKind kind, long[] shape) {
        int elements = elements(input, kind, shape);
        return filled(
                call,
                input,
                kind,
                shape,
                elements,
                element -> values(input, shape, elements, element));
    }

    /**
     * Reads the rows of a tensor, which stand apart from each other.
     *
     * @param positions where the rows stand, the first {@code rows} of these
     * @param row shape of one
     */
    Tensor rows(
            InferCall call, String input, ElementKind kind, int[] positions, int rows, long[] row) {
        long[] shape = new long[row.length + 1];
        shape[0] = rows;
        System.arraycopy(row, 0, shape, 1, row.length);
        cursor.position(positions[0]);
        int elements = elements(input, kind, shape);
        int each = rows == 0 ? 0 : elements / rows;
        return filled(
                call,
                input,
                kind,
                shape,
                elements,
                element -> {
                    for (int i = 0; i < rows; i++) {
                        cursor.position(positions[i]);
                        values(input, row, each, element);
                    }
                });
    }

    private int elements(String input, ElementKind kind, long[] shape) {
        int elements = TensorShapes.elements(input, kind, shape);
        // An element takes two bytes of JSON at the least: memory is not promised on a shape's word
        // alone.
        if (elements > cursor.remaining() / 2 + 1) {
            throw wrongCount(input, shape, elements, "fewer");
        }
        return elements;
    }

    /** Brings every element to its place. */
    private interface Filling {
        void fill(Element element);
    }

    private Tensor filled(
            InferCall call,
            String input,
            ElementKind kind,
            long[] shape,
            int elements,
            Filling filling) {
        return switch (kind) {
            case FP16, BF16 ->
                    throw new BadInputException(
                            input,
                            "input '" + input + "' of " + kind + " must be sent as binary data");
            case BYTES -> {
                List<byte[]> strings = new ArrayList<>(elements);
                filling.fill(() -> strings.add(bytes()));
                yield Tensor.ofStrings(strings, shape);
            }
            default -> {
                int size = elements * kind.size();
                ByteBuffer memory =
                        call.hold(allocator.directBuffer(size, size))
                                .nioBuffer(0, size)
                                .order(ByteOrder.nativeOrder());
                filling.fill(element(kind, memory));
                yield Tensor.of(kind, memory.flip(), shape);
            }
        };
    }

    private byte[] bytes() {
        if (!base64 || cursor.peek() != '{') {
            return cursor.utf8();
        }
        byte[][] value = {null};
        cursor.members(
                key -> {
                    if (!key.equals("b64")) {
                        throw cursor.malformed("an object in place of a string has only 'b64'");
                    }
                    try {
                        value[0] = Base64.getDecoder().decode(cursor.utf8());
                    } catch (IllegalArgumentException e) {
                        throw cursor.malformed("'b64' is not base64");
                    }
                });
        if (value[0] == null) {
            throw cursor.malformed("an object in place of a string has no 'b64'");
        }
        return value[0];
    }

    private Element element(ElementKind kind, ByteBuffer to) {
        return switch (kind) {
            case FP32 -> () -> to.putFloat(finite(numbers.nextFloat()));
            case FP64 -> () -> to.putDouble(finite(numbers.nextDouble()));
            case INT64 -> () -> to.putLong(numbers.nextLong(Long.MIN_VALUE, Long.MAX_VALUE));
            case UINT64 -> () -> to.putLong(numbers.nextUnsigned());
            case INT32 ->
                    () -> to.putInt((int) numbers.nextLong(Integer.MIN_VALUE, Integer.MAX_VALUE));
            case UINT32 -> () -> to.putInt((int) numbers.nextLong(0, 0xFFFF_FFFFL));
            case INT16 ->
                    () -> to.putShort((short) numbers.nextLong(Short.MIN_VALUE, Short.MAX_VALUE));
            case UINT16 -> () -> to.putShort((short) numbers.nextLong(0, 0xFFFF));
            case INT8 -> () -> to.put((byte) numbers.nextLong(Byte.MIN_VALUE, Byte.MAX_VALUE));
            case UINT8 -> () -> to.put((byte) numbers.nextLong(0, 0xFF));
            case BOOL -> () -> to.put(truth());
            case FP16, BF16, BYTES -> throw new IllegalArgumentException(kind.name());
        };
    }

    private byte truth() {
        int next = cursor.peek();
        if (next == 't' || next == 'f') {
            return (byte) (cursor.bool() ? 1 : 0);
        }
        return (byte) numbers.nextLong(0, 1);
    }

    private float finite(float value) {
        if (!Float.isFinite(value)) {
            throw cursor.malformed("a number is too large for FP32");
        }
        return value;
    }

    private double finite(double value) {
        if (!Double.isFinite(value)) {
            throw cursor.malformed("a number is too large for FP64");
        }
        return value;
    }

    private void values(String input, long[] shape, int elements, Element element) {
        if (cursor.peek() != '[') {
            if (elements != 1) {
                throw wrongCount(input, shape, elements, "fewer");
            }
            element.read();
            return;
        }
        int from = cursor.position();
        cursor.expect('[');
        boolean nested = cursor.peek() == '[';
        cursor.position(from);
        if (nested) {
            nested(input, shape, elements, element, 0);
        } else {
            flat(input, shape, elements, elements, element);
        }
    }

    private void nested(String input, long[] shape, int elements, Element element, int depth) {
        if (depth == shape.length - 1) {
            flat(input, shape, elements, shape[depth], element);
            return;
        }
        if (depth >= shape.length) {
            throw nestedDeeper(input, shape);
        }
        cursor.expect('[');
        long count = 0;
        if (!cursor.skip(']')) {
            do {
                if (++count > shape[depth]) {
                    throw wrongCount(input, shape, elements, "more");
                }
                nested(input, shape, elements, element, depth + 1);
            } while (cursor.skip(','));
            cursor.expect(']');
        }
        if (count < shape[depth]) {
            throw wrongCount(input, shape, elements, "fewer");
        }
    }

    private void flat(String input, long[] shape, int elements, long wanted, Element element) {
        cursor.expect('[');
        if (cursor.peek() == '[') {
            throw nestedDeeper(input, shape);
        }
        long count = 0;
        if (!cursor.skip(']')) {
            do {
                if (++count > wanted) {
                    throw wrongCount(input, shape, elements, "more");
                }
                element.read();
            } while (cursor.skip(','));
            cursor.expect(']');
        }
        if (count < wanted) {
            throw wrongCount(input, shape, elements, "fewer");
        }
    }

    private static BadInputException nestedDeeper(String input, long[] shape) {
        return new BadInputException(
                input,
                "input '"
                        + input
                        + "' has data nested deeper than its shape "
                        + Arrays.toString(shape));
    }

    private static BadInputException wrongCount(
            String input, long[] shape, int elements, String how) {
        return new BadInputException(
                input,
                "input '"
                        + input
                        + "' has "
                        + how
                        + " elements than the "
                        + elements
                        + " of its shape "
                        + Arrays.toString(shape));
    }
}
