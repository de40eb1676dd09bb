package dev.marmita.runner.grpc;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes the fields of a protobuf message; values that are the default are left out. Not thread-safe. */
final class ProtoWriter {

    private final ByteBuf to;

    ProtoWriter(ByteBuf to) {
        this.to = to;
    }

    ByteBuf buffer() {
        return to;
    }

    ProtoWriter varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            to.writeByte((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        to.writeByte((int) rest);
        return this;
    }

    ProtoWriter tag(int field, int type) {
        return varint((long) field << 3 | type);
    }

    ProtoWriter number(int field, long value) {
        return value == 0 ? this : tag(field, ProtoReader.VARINT).varint(value);
    }

    ProtoWriter bool(int field, boolean value) {
        return number(field, value ? 1 : 0);
    }

    /** Also where it is empty: an element of a list. */
    ProtoWriter element(int field, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        tag(field, ProtoReader.BYTES).varint(bytes.length);
        to.writeBytes(bytes);
        return this;
    }

    ProtoWriter string(int field, String value) {
        return value.isEmpty() ? this : element(field, value);
    }

    ProtoWriter bytes(int field, byte[] value) {
        tag(field, ProtoReader.BYTES).varint(value.length);
        to.writeBytes(value);
        return this;
    }

    /** A message, or packed numbers. */
    ProtoWriter message(int field, Consumer<ProtoWriter> content) {
        ByteBuf inner = to.alloc().heapBuffer();
        try {
            content.accept(new ProtoWriter(inner));
            tag(field, ProtoReader.BYTES).varint(inner.readableBytes());
            to.writeBytes(inner);
            return this;
        } finally {
            inner.release();
        }
    }

    ProtoWriter packed(int field, long[] values) {
        if (values.length == 0) {
            return this;
        }
        return message(
                field,
                inner -> {
                    for (long value : values) {
                        inner.varint(value);
                    }
                });
    }
}
