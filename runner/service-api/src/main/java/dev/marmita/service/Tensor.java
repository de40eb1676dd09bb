package dev.marmita.service;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A dense, row-major tensor. Immutable but for its buffer's content; does not own native memory (a
 * tensor out of a {@link ModelResult} is valid until that result is closed).
 */
public final class Tensor {

    private final ElementKind kind;
    private final long[] shape;
    private final ByteBuffer data;
    private final List<byte[]> strings;

    private Tensor(ElementKind kind, long[] shape, ByteBuffer data, List<byte[]> strings) {
        this.kind = kind;
        this.shape = shape.clone();
        this.data = data;
        this.strings = strings;
    }

    /**
     * A tensor over a buffer; a direct one is passed to the model without a copy.
     *
     * @param data elements in native byte order, position 0 is the first; its remaining bytes must be the
     *     product of {@code shape} times the element size
     * @param shape every dimension ≥ 0
     * @throws IllegalArgumentException where sizes do not agree or {@code kind} is {@link ElementKind#BYTES}
     */
    public static Tensor of(ElementKind kind, ByteBuffer data, long... shape) {
        Objects.requireNonNull(kind, "kind");
        if (kind == ElementKind.BYTES) {
            throw new IllegalArgumentException(
                    "a BYTES tensor is made of strings, not of a buffer");
        }
        long wanted = Math.multiplyExact(count(shape), kind.size());
        if (data.remaining() != wanted) {
            throw new IllegalArgumentException(
                    "shape "
                            + Arrays.toString(shape)
                            + " of "
                            + kind
                            + " takes "
                            + wanted
                            + " bytes, not "
                            + data.remaining());
        }
        return new Tensor(kind, shape, data.slice().order(ByteOrder.nativeOrder()), List.of());
    }

    /** An FP32 tensor from an array, copied into direct memory. */
    public static Tensor ofFloats(float[] values, long... shape) {
        ByteBuffer buffer = allocate(Math.multiplyExact(values.length, Float.BYTES));
        buffer.asFloatBuffer().put(values);
        return of(ElementKind.FP32, buffer, shape);
    }

    /** An INT64 tensor from an array, copied into direct memory. */
    public static Tensor ofLongs(long[] values, long... shape) {
        ByteBuffer buffer = allocate(Math.multiplyExact(values.length, Long.BYTES));
        buffer.asLongBuffer().put(values);
        return of(ElementKind.INT64, buffer, shape);
    }

    /** A BYTES tensor; the elements are not copied. */
    public static Tensor ofStrings(List<byte[]> values, long... shape) {
        if (values.size() != count(shape)) {
            throw new IllegalArgumentException(
                    "shape "
                            + Arrays.toString(shape)
                            + " takes "
                            + count(shape)
                            + " strings, not "
                            + values.size());
        }
        return new Tensor(ElementKind.BYTES, shape, allocate(0), List.copyOf(values));
    }

    /** Direct memory in native byte order, zeroed; freed with the last reference to it. */
    public static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    public ElementKind kind() {
        return kind;
    }

    /** The dimensions, outermost first; a copy. */
    public long[] shape() {
        return shape.clone();
    }

    /** Number of elements. */
    public long size() {
        return count(shape);
    }

    /** The elements in native byte order; a view with a position of its own. Empty for {@link ElementKind#BYTES}. */
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.nativeOrder());
    }

    /** The elements of an FP32 tensor. */
    public FloatBuffer floats() {
        require(ElementKind.FP32);
        return data().asFloatBuffer();
    }

    /** The elements of an INT64 tensor. */
    public LongBuffer longs() {
        require(ElementKind.INT64);
        return data().asLongBuffer();
    }

    /** The elements of an INT32 tensor. */
    public IntBuffer ints() {
        require(ElementKind.INT32);
        return data().asIntBuffer();
    }

    /** The elements of a BYTES tensor, row-major. */
    public List<byte[]> strings() {
        require(ElementKind.BYTES);
        return strings;
    }

    @Override
    public String toString() {
        return kind + Arrays.toString(shape);
    }

    private void require(ElementKind wanted) {
        if (kind != wanted) {
            throw new IllegalStateException(
                    "a tensor of " + kind + " has no " + wanted + " elements");
        }
    }

    private static long count(long[] shape) {
        long count = 1;
        for (long dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException(
                        "negative dimension in shape " + Arrays.toString(shape));
            }
            count = Math.multiplyExact(count, dimension);
        }
        return count;
    }
}
