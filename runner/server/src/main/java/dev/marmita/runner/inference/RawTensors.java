package dev.marmita.runner.inference;

import dev.marmita.service.BadInputException;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tensors as raw bytes: little-endian and row-major; a BYTES element is its length in 4 bytes and itself.
 */
public final class RawTensors {

    private RawTensors() {}

    /**
     * A tensor over these bytes, which must outlive it.
     *
     * @throws BadInputException naming the input, where the shape does not fit the bytes
     */
    public static Tensor read(String input, ElementKind kind, long[] shape, ByteBuf raw) {
        int elements = TensorShapes.elements(input, kind, shape);
        if (kind == ElementKind.BYTES) {
            return Tensor.ofStrings(strings(input, shape, elements, raw), shape);
        }
        int wanted = elements * kind.size();
        if (raw.readableBytes() != wanted) {
            throw new BadInputException(
                    input,
                    "input '"
                            + input
                            + "' has "
                            + raw.readableBytes()
                            + " bytes, but shape "
                            + Arrays.toString(shape)
                            + " of "
                            + kind
                            + " takes "
                            + wanted);
        }
        return Tensor.of(kind, raw.nioBuffer(), shape);
    }

    private static List<byte[]> strings(String input, long[] shape, int elements, ByteBuf raw) {
        if (elements > raw.readableBytes() / 4) {
            throw wrongCount(input, shape);
        }
        List<byte[]> strings = new ArrayList<>(elements);
        for (int i = 0; i < elements; i++) {
            if (raw.readableBytes() < 4) {
                throw wrongCount(input, shape);
            }
            long length = raw.readUnsignedIntLE();
            if (length > raw.readableBytes()) {
                throw new BadInputException(
                        input, "input '" + input + "': element " + i + " is cut off");
            }
            byte[] element = new byte[(int) length];
            raw.readBytes(element);
            strings.add(element);
        }
        if (raw.isReadable()) {
            throw wrongCount(input, shape);
        }
        return strings;
    }

    private static BadInputException wrongCount(String input, long[] shape) {
        return new BadInputException(
                input,
                "input '"
                        + input
                        + "' does not have the number of BYTES elements of its shape "
                        + Arrays.toString(shape));
    }

    /** Bytes that {@link #write} writes. */
    public static int size(Tensor tensor) {
        if (tensor.kind() == ElementKind.BYTES) {
            long size = 0;
            for (byte[] element : tensor.strings()) {
                size += 4 + element.length;
            }
            return Math.toIntExact(size);
        }
        return tensor.data().remaining();
    }

    public static void write(Tensor tensor, ByteBuf to) {
        if (tensor.kind() == ElementKind.BYTES) {
            for (byte[] element : tensor.strings()) {
                to.writeIntLE(element.length).writeBytes(element);
            }
        } else {
            to.writeBytes(tensor.data());
        }
    }
}
