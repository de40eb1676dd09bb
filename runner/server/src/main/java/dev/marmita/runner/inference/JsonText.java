package dev.marmita.runner.inference;

import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * JSON text into a buffer, with the shortest digits that read back as the same number. JSON has no word
 * for what is not a finite number: it becomes {@code null}. Not thread-safe; {@link #flush} at the end.
 */
final class JsonText {

    private static final int ENOUGH = 8192;

    private final ByteBuf to;
    private final StringBuilder text = new StringBuilder(ENOUGH + 64);

    JsonText(ByteBuf to) {
        this.to = to;
    }

    /** ASCII as it is. */
    JsonText raw(String ascii) {
        text.append(ascii);
        return this;
    }

    JsonText number(long value) {
        text.append(value);
        return this;
    }

    /** A string, quoted and escaped. */
    JsonText string(String value) {
        flush();
        to.writeByte('"');
        utf8(value.getBytes(StandardCharsets.UTF_8));
        to.writeByte('"');
        return this;
    }

    private void utf8(byte[] value) {
        for (byte b : value) {
            if (b == '"' || b == '\\') {
                to.writeByte('\\').writeByte(b);
            } else if (b >= 0 && b < 0x20) {
                to.writeCharSequence(String.format("\\u%04x", (int) b), StandardCharsets.US_ASCII);
            } else {
                to.writeByte(b);
            }
        }
    }

    /** The elements of a tensor with commas between; not of FP16 or BF16. */
    JsonText elements(Tensor tensor) {
        ByteBuffer data = tensor.data();
        int elements = (int) tensor.size();
        for (int i = 0; i < elements; i++) {
            if (i > 0) {
                text.append(',');
            }
            element(tensor, data, i);
        }
        return this;
    }

    /** A tensor as arrays within arrays, one for every dimension; not of FP16 or BF16. */
    JsonText nested(Tensor tensor) {
        new Nesting(tensor).write(0);
        return this;
    }

    /** The rows of a tensor one by one, each as {@link #nested}. */
    Runnable rows(Tensor tensor) {
        Nesting nesting = new Nesting(tensor);
        return () -> nesting.write(1);
    }

    private final class Nesting {

        private final Tensor tensor;
        private final long[] shape;
        private final ByteBuffer data;
        private int next;

        Nesting(Tensor tensor) {
            this.tensor = tensor;
            this.shape = tensor.shape();
            this.data = tensor.data();
        }

        void write(int dimension) {
            if (dimension >= shape.length) {
                element(tensor, data, next++);
                return;
            }
            text.append('[');
            for (long i = 0; i < shape[dimension]; i++) {
                if (i > 0) {
                    text.append(',');
                }
                write(dimension + 1);
            }
            text.append(']');
        }
    }

    private void element(Tensor tensor, ByteBuffer data, int i) {
        switch (tensor.kind()) {
            case FP32 -> single(data.getFloat());
            case FP64 -> wide(data.getDouble());
            case INT64 -> text.append(data.getLong());
            case UINT64 -> text.append(Long.toUnsignedString(data.getLong()));
            case INT32 -> text.append(data.getInt());
            case UINT32 -> text.append(data.getInt() & 0xFFFF_FFFFL);
            case INT16 -> text.append(data.getShort());
            case UINT16 -> text.append(data.getShort() & 0xFFFF);
            case INT8 -> text.append(data.get());
            case UINT8 -> text.append(data.get() & 0xFF);
            case BOOL -> text.append(data.get() != 0);
            case BYTES -> string(new String(tensor.strings().get(i), StandardCharsets.UTF_8));
            case FP16, BF16 -> throw new IllegalArgumentException(tensor.kind().name());
        }
        if (text.length() >= ENOUGH) {
            flush();
        }
    }

    private void single(float value) {
        if (Float.isFinite(value)) {
            text.append(value);
        } else {
            text.append("null");
        }
    }

    private void wide(double value) {
        if (Double.isFinite(value)) {
            text.append(value);
        } else {
            text.append("null");
        }
    }

    void flush() {
        if (!text.isEmpty()) {
            to.writeCharSequence(text, StandardCharsets.US_ASCII);
            text.setLength(0);
        }
    }
}
