package dev.marmita.registry.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes protobuf's wire format, for models that no tool would write. */
public final class Proto {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public static byte[] message(Consumer<Proto> fields) {
        Proto proto = new Proto();
        fields.accept(proto);
        return proto.out.toByteArray();
    }

    public Proto number(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    public Proto bytes(int field, byte[] value) {
        varint((long) field << 3 | 2);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    public Proto text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    public Proto nested(int field, Consumer<Proto> fields) {
        return bytes(field, message(fields));
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
