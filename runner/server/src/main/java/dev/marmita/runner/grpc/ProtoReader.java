package dev.marmita.runner.grpc;

import dev.marmita.service.BadInputException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Walks over the fields of a protobuf message in place. Not thread-safe. */
final class ProtoReader {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private final ByteBuf message;
    private int type;

    ProtoReader(ByteBuf message) {
        this.message = message;
    }

    /** Number of the next field; 0 at the end. */
    int next() {
        if (!message.isReadable()) {
            return 0;
        }
        long tag = varint();
        type = (int) (tag & 7);
        int field = (int) (tag >>> 3);
        if (field <= 0 || tag >>> 32 != 0) {
            throw malformed();
        }
        return field;
    }

    /** Wire type of the current field. */
    int type() {
        return type;
    }

    boolean hasMore() {
        return message.isReadable();
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (!message.isReadable()) {
                throw malformed();
            }
            byte next = message.readByte();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw malformed();
    }

    int fixed32() {
        require(4);
        return message.readIntLE();
    }

    long fixed64() {
        require(8);
        return message.readLongLE();
    }

    /** The current field's bytes: a view. */
    ByteBuf slice() {
        if (type != BYTES) {
            throw malformed();
        }
        long length = varint();
        if (length < 0 || length > message.readableBytes()) {
            throw malformed();
        }
        return message.readSlice((int) length);
    }

    /** The current field's text. */
    String string() {
        ByteBuf text = slice();
        return text.toString(StandardCharsets.UTF_8);
    }

    /** A reader of the current field, a message. */
    ProtoReader message() {
        return new ProtoReader(slice());
    }

    /** The current field, a boolean. */
    boolean bool() {
        requireType(VARINT);
        return varint() != 0;
    }

    void requireType(int wanted) {
        if (type != wanted) {
            throw malformed();
        }
    }

    /** Passes over the current field. */
    void skip() {
        switch (type) {
            case VARINT -> varint();
            case FIXED64 -> fixed64();
            case BYTES -> slice();
            case FIXED32 -> fixed32();
            default -> throw malformed();
        }
    }

    private void require(int bytes) {
        if (message.readableBytes() < bytes) {
            throw malformed();
        }
    }

    static BadInputException malformed() {
        return new BadInputException("the message is not well-formed protobuf");
    }
}
