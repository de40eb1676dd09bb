package dev.marmita.registry.onnx;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads protobuf's wire format (protobuf.dev/programming-guides/encoding) field by field, keeping
 * nothing. Not thread-safe.
 */
final class ProtoReader {

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final InputStream in;
    private final long size;
    private long position;
    private int field;
    private int wireType;

    /**
     * @param size of all that can be read
     */
    ProtoReader(InputStream in, long size) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.size = size;
    }

    long size() {
        return size;
    }

    /** Goes to the next field of the message that ends there; false at its end. */
    boolean next(long end) throws IOException, InvalidModelException {
        if (position >= end) {
            if (position > end) {
                throw broken();
            }
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        if (field == 0 || tag >>> 3 > 0x1FFF_FFFF) {
            throw broken();
        }
        return true;
    }

    int field() {
        return field;
    }

    /** Enters the field as a message and answers where it ends. */
    long message(long end) throws IOException, InvalidModelException {
        if (wireType != BYTES) {
            throw broken();
        }
        long length = varint();
        if (length < 0 || length > end - position) {
            throw broken();
        }
        return position + length;
    }

    long number() throws IOException, InvalidModelException {
        if (wireType != VARINT) {
            throw broken();
        }
        return varint();
    }

    /** The field as text, with U+FFFD for what is not UTF-8. */
    String text(long end, int longest) throws IOException, InvalidModelException {
        long length = message(end) - position;
        if (length > longest) {
            throw new InvalidModelException(
                    "a text in the model's header has " + length + " bytes, more than " + longest);
        }
        byte[] bytes = in.readNBytes((int) length);
        if (bytes.length < length) {
            throw broken();
        }
        position += length;
        return new String(bytes, StandardCharsets.UTF_8);
    }

    void skip(long end) throws IOException, InvalidModelException {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> skipBytes(Long.BYTES, end);
            case BYTES -> {
                long to = message(end);
                skipBytes(to - position, to);
            }
            case FIXED32 -> skipBytes(Integer.BYTES, end);
            default -> throw broken();
        }
    }

    private void skipBytes(long count, long end) throws IOException, InvalidModelException {
        if (count > end - position) {
            throw broken();
        }
        try {
            in.skipNBytes(count);
        } catch (EOFException tooShort) {
            throw broken();
        }
        position += count;
    }

    private long varint() throws IOException, InvalidModelException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = in.read();
            if (next < 0) {
                throw broken();
            }
            position++;
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw broken();
    }

    private InvalidModelException broken() {
        return new InvalidModelException(
                "not an ONNX file, or a truncated one: no protobuf at byte " + position);
    }
}
