package dev.marmita.runner.grpc;

import dev.marmita.runner.binding.Path;
import dev.marmita.runner.binding.RecordType;
import dev.marmita.runner.binding.Shape;
import dev.marmita.service.Content;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes protobuf messages for the types of a service, and enums. */
final class RecordMessages {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

    private final String prefix;
    private final Set<String> names = new HashSet<>();
    private final Map<Object, RecordMessage> made = new HashMap<>();
    private final List<RecordMessage> messages = new ArrayList<>();
    private final Map<Class<?>, String> enums = new HashMap<>();
    private final Map<String, Shape.Choice> choices = new LinkedHashMap<>();

    /** A type that has no place in protobuf; the message says why. */
    static final class UnsuitableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnsuitableException(String message) {
            super(message);
        }
    }

    /**
     * @param prefix of the names of types, such as {@code .documents.}
     * @param taken a name that is not free
     */
    RecordMessages(String prefix, String taken) {
        this.prefix = prefix;
        names.add(taken);
    }

    /** All that were made, in their order. */
    List<RecordMessage> messages() {
        return messages;
    }

    /** All enums that were made, by name. */
    Map<String, Shape.Choice> enums() {
        return choices;
    }

    /** The message of no value. */
    RecordMessage empty() {
        RecordMessage known = made.get(Void.class);
        return known != null
                ? known
                : keep(
                        Void.class,
                        new RecordMessage(
                                free("Nothing"),
                                form((values, path) -> null, (value, index) -> null)));
    }

    /** The message that stands for a shape where a message is needed. */
    RecordMessage of(Shape shape) throws UnsuitableException {
        RecordMessage known = made.get(key(shape));
        if (known != null) {
            return known;
        }
        return switch (shape) {
            case Shape.Structure structure -> ofRecord(structure.type());
            case Shape.Bytes ignored -> ofContent();
            default -> {
                RecordMessage holder =
                        keep(
                                key(shape),
                                new RecordMessage(
                                        free(holderName(shape)),
                                        form(
                                                (values, path) -> held(values[0], path),
                                                (value, index) -> value)));
                holder.add(slot("value", shape, false));
                yield holder;
            }
        };
    }

    /** A record has one message; contents have one, whatever they accept. */
    private static Object key(Shape shape) {
        return switch (shape) {
            case Shape.Structure structure -> structure.type();
            case Shape.Bytes ignored -> Content.class;
            default -> shape;
        };
    }

    private static String holderName(Shape shape) {
        return switch (shape) {
            case Shape.Listing listing -> holderName(listing.element()) + "List";
            case Shape.Mapping mapping -> holderName(mapping.value()) + "Map";
            case Shape.Structure structure -> structure.type().name();
            case Shape.Bytes ignored -> "Content";
            case Shape.Choice choice -> choice.type().getSimpleName();
            case Shape.Whole whole -> whole.type() == Long.class ? "Int64" : "Int32";
            case Shape.Decimal ignored -> "Number";
            case Shape.Flag() -> "Bool";
            default -> "Text";
        };
    }

    private interface Make {
        @Nullable Object make(@Nullable Object[] values, Path path);
    }

    private interface Part {
        @Nullable Object part(Object value, int index);
    }

    private static RecordMessage.Form form(Make make, Part part) {
        return new RecordMessage.Form() {
            @Override
            public @Nullable Object make(@Nullable Object[] values, Path path) {
                return make.make(values, path);
            }

            @Override
            public @Nullable Object part(Object value, int index) {
                return part.part(value, index);
            }
        };
    }

    private static Object held(@Nullable Object value, Path path) {
        if (value == null) {
            throw path.field("value").problem("is required");
        }
        return value;
    }

    private RecordMessage keep(Object key, RecordMessage message) {
        made.put(key, message);
        messages.add(message);
        return message;
    }

    private RecordMessage ofRecord(RecordType type) throws UnsuitableException {
        RecordMessage message =
                keep(type, new RecordMessage(free(type.name()), form(type::create, type::value)));
        for (RecordType.Field field : type.fields()) {
            message.add(slot(field.name(), field.shape(), !field.required()));
        }
        return message;
    }

    private RecordMessage ofContent() throws UnsuitableException {
        RecordMessage message =
                keep(
                        Content.class,
                        new RecordMessage(
                                free("Content"),
                                form(RecordMessages::content, RecordMessages::partOfContent)));
        RecordValue data = new RecordValue(new Shape.Bytes(List.of()), RecordValue.BYTES, "", null);
        message.add(new RecordMessage.Slot("data", data.shape(), false, data));
        message.add(slot("mediaType", new Shape.Text(), false));
        message.add(slot("fileName", new Shape.Text(), true));
        return message;
    }

    private static Object content(@Nullable Object[] values, Path path) {
        String type = values[1] instanceof String given ? given : "";
        return new Content(
                type.isEmpty() ? RecordValue.OCTETS : type,
                values[2] instanceof String name ? Optional.of(name) : Optional.empty(),
                values[0] instanceof ByteBuffer bytes ? bytes : ByteBuffer.allocate(0));
    }

    private static @Nullable Object partOfContent(Object value, int index) {
        Content content = (Content) value;
        return switch (index) {
            case 0 -> content.bytes();
            case 1 -> content.mediaType();
            default -> content.fileName().orElse(null);
        };
    }

    private RecordMessage.Slot slot(String name, Shape shape, boolean optional)
            throws UnsuitableException {
        if (!NAME.matcher(name).matches()) {
            throw new UnsuitableException("protobuf knows no field named '" + name + "'");
        }
        Shape element =
                switch (shape) {
                    case Shape.Listing listing -> listing.element();
                    case Shape.Mapping mapping -> mapping.value();
                    default -> shape;
                };
        return new RecordMessage.Slot(name, shape, optional, value(element));
    }

    private RecordValue value(Shape shape) throws UnsuitableException {
        return switch (shape) {
            case Shape.Text() -> simple(shape, RecordValue.STRING);
            case Shape.Formatted ignored -> simple(shape, RecordValue.STRING);
            case Shape.Flag() -> simple(shape, RecordValue.BOOL);
            case Shape.Whole whole ->
                    simple(
                            shape,
                            whole.type() == Long.class ? RecordValue.INT64 : RecordValue.INT32);
            case Shape.Decimal decimal -> simple(shape, ofDecimal(decimal.type()));
            case Shape.Choice choice ->
                    new RecordValue(shape, RecordValue.ENUM, prefix + ofEnum(choice), null);
            case Shape.Anything() ->
                    throw new UnsuitableException("protobuf has no form for Object");
            case Shape.Bytes ignored -> own(shape);
            case Shape.Structure ignored -> own(shape);
            case Shape.Listing ignored -> own(shape);
            case Shape.Mapping ignored -> own(shape);
        };
    }

    private static RecordValue simple(Shape shape, int type) {
        return new RecordValue(shape, type, "", null);
    }

    private RecordValue own(Shape shape) throws UnsuitableException {
        RecordMessage message = of(shape);
        return new RecordValue(shape, RecordValue.MESSAGE, prefix + message.name(), message);
    }

    private static int ofDecimal(Class<?> type) {
        if (type == float.class || type == Float.class) {
            return RecordValue.FLOAT;
        }
        return type == double.class || type == Double.class
                ? RecordValue.DOUBLE
                : RecordValue.STRING;
    }

    private String ofEnum(Shape.Choice choice) {
        String known = enums.get(choice.type());
        if (known != null) {
            return known;
        }
        String name = free(choice.type().getSimpleName());
        enums.put(choice.type(), name);
        choices.put(name, choice);
        return name;
    }

    private String free(String wanted) {
        String name = wanted;
        for (int n = 2; !names.add(name); n++) {
            name = wanted + n;
        }
        return name;
    }
}
