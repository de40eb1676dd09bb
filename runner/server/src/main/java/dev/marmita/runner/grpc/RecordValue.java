package dev.marmita.runner.grpc;

import dev.marmita.runner.binding.Path;
import dev.marmita.runner.binding.Scalars;
import dev.marmita.runner.binding.Shape;
import dev.marmita.service.Content;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One value in a field.
 *
 * @param shape no list or map, unless in a message of its own
 * @param type as {@code FieldDescriptorProto.Type} numbers it
 * @param typeName of a message or an enum; else empty
 * @param message {@code null}: it is none
 */
record RecordValue(Shape shape, int type, String typeName, @Nullable RecordMessage message) {

    static final int DOUBLE = 1;
    static final int FLOAT = 2;
    static final int INT64 = 3;
    static final int INT32 = 5;
    static final int BOOL = 8;
    static final int STRING = 9;
    static final int MESSAGE = 11;
    static final int BYTES = 12;
    static final int ENUM = 14;
    static final String OCTETS = "application/octet-stream";

    private int wireType() {
        return switch (type) {
            case DOUBLE -> ProtoReader.FIXED64;
            case FLOAT -> ProtoReader.FIXED32;
            case INT64, INT32, BOOL, ENUM -> ProtoReader.VARINT;
            default -> ProtoReader.BYTES;
        };
    }

    /** What is meant where the field is absent; {@code null}: nothing is. */
    @Nullable Object byDefault() {
        return switch (shape) {
            case Shape.Text() -> "";
            case Shape.Flag() -> false;
            case Shape.Whole whole -> Scalars.whole(whole, 0, Path.ROOT);
            case Shape.Decimal decimal when type != STRING ->
                    Scalars.decimal(decimal, "0", Path.ROOT);
            default -> null;
        };
    }

    /** The current field's value. */
    @Nullable Object read(ProtoReader reader, Path path, int depth) {
        reader.requireType(wireType());
        return bare(reader, path, depth);
    }

    /** The current field's elements: one, or numbers packed. */
    void readElements(ProtoReader reader, List<Object> to, Path path, int depth) {
        boolean packed = wireType() != ProtoReader.BYTES && reader.type() == ProtoReader.BYTES;
        if (!packed) {
            to.add(element(read(reader, path.element(to.size()), depth), path, to));
            return;
        }
        ProtoReader each = reader.message();
        while (each.hasMore()) {
            to.add(element(bare(each, path.element(to.size()), depth), path, to));
        }
    }

    private static Object element(@Nullable Object element, Path path, List<Object> to) {
        if (element == null) {
            throw path.element(to.size()).problem("is required");
        }
        return element;
    }

    private @Nullable Object bare(ProtoReader reader, Path path, int depth) {
        return switch (shape) {
            case Shape.Text() -> reader.string();
            case Shape.Flag() -> reader.varint() != 0;
            case Shape.Whole whole -> Scalars.whole(whole, reader.varint(), path);
            case Shape.Decimal decimal -> decimal(decimal, reader, path);
            case Shape.Choice choice -> choice(choice, reader.varint(), path);
            case Shape.Formatted formatted -> Scalars.formatted(formatted, reader.string(), path);
            default ->
                    message == null
                            ? octets(reader.slice())
                            : accepted(message.read(reader.slice(), path, depth + 1), path);
        };
    }

    /** A copy: a service may keep it longer than the call. */
    private static ByteBuffer octets(ByteBuf data) {
        byte[] bytes = new byte[data.readableBytes()];
        data.readBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private @Nullable Object accepted(@Nullable Object value, Path path) {
        if (shape instanceof Shape.Bytes bytes
                && value instanceof Content content
                && !content.mediaType().equals(OCTETS)) {
            Scalars.requireAccepted(bytes, content.mediaType(), path);
        }
        return value;
    }

    private Object decimal(Shape.Decimal shape, ProtoReader reader, Path path) {
        return switch (type) {
            case FLOAT -> Float.intBitsToFloat(reader.fixed32());
            case DOUBLE -> Double.longBitsToDouble(reader.fixed64());
            default -> {
                try {
                    yield Scalars.decimal(shape, reader.string(), path);
                } catch (NumberFormatException e) {
                    throw path.problem("must be a number");
                }
            }
        };
    }

    /** Number 0 says nothing; the constants follow. */
    private static @Nullable Object choice(Shape.Choice choice, long number, Path path) {
        if (number < 0 || number > choice.constants().size()) {
            throw path.problem("must be one of " + choice.names());
        }
        return number == 0 ? null : choice.constants().get((int) number - 1);
    }

    /** Writes a field of that number. */
    void write(int number, Object value, ProtoWriter to) {
        if (message != null) {
            RecordMessage own = message;
            to.message(number, inner -> own.write(value, inner));
        } else if (value instanceof ByteBuffer octets) {
            byte[] bytes = new byte[octets.remaining()];
            octets.duplicate().get(bytes);
            to.bytes(number, bytes);
        } else if (type == STRING) {
            to.element(number, value.toString());
        } else {
            bare(value, to.tag(number, wireType()));
        }
    }

    void writeElements(int number, Iterable<?> elements, ProtoWriter to) {
        if (wireType() == ProtoReader.BYTES) {
            elements.forEach(element -> write(number, element, to));
        } else if (elements.iterator().hasNext()) {
            to.message(number, packed -> elements.forEach(element -> bare(element, packed)));
        }
    }

    private void bare(Object value, ProtoWriter to) {
        switch (shape) {
            case Shape.Flag() -> to.varint((Boolean) value ? 1 : 0);
            case Shape.Whole ignored -> to.varint(((Number) value).longValue());
            case Shape.Decimal ignored -> {
                if (type == FLOAT) {
                    to.buffer().writeFloatLE((Float) value);
                } else {
                    to.buffer().writeDoubleLE((Double) value);
                }
            }
            case Shape.Choice choice -> to.varint(choice.constants().indexOf(value) + 1L);
            default -> throw new IllegalStateException(shape + " is no number");
        }
    }
}
