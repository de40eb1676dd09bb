package dev.marmita.runner.binding;

import dev.marmita.service.Content;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes a shape as JSON. Every field of a record is written; an absent value as {@code null}. */
public final class JsonWriting {

    private JsonWriting() {}

    /** Writes one value of that shape. */
    public static void write(JsonGenerator to, Shape shape, @Nullable Object value) {
        if (value == null) {
            to.writeNull();
            return;
        }
        switch (shape) {
            case Shape.Text() -> to.writeString((String) value);
            case Shape.Flag() -> to.writeBoolean((Boolean) value);
            case Shape.Whole ignored -> to.writeNumber(((Number) value).longValue());
            case Shape.Decimal ignored -> decimal(to, (Number) value);
            case Shape.Choice ignored -> to.writeString(value.toString());
            case Shape.Formatted ignored -> to.writeString(value.toString());
            case Shape.Bytes ignored -> content(to, (Content) value);
            case Shape.Listing listing -> {
                to.writeStartArray();
                for (Object element : (Iterable<?>) value) {
                    write(to, listing.element(), element);
                }
                to.writeEndArray();
            }
            case Shape.Mapping mapping -> {
                to.writeStartObject();
                for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                    to.writeName(entry.getKey().toString());
                    write(to, mapping.value(), entry.getValue());
                }
                to.writeEndObject();
            }
            case Shape.Structure structure -> structure(to, structure.type(), value);
            case Shape.Anything() -> anything(to, value);
        }
    }

    private static void structure(JsonGenerator to, RecordType type, Object value) {
        to.writeStartObject();
        for (int i = 0; i < type.fields().size(); i++) {
            RecordType.Field field = type.fields().get(i);
            to.writeName(field.name());
            write(to, field.shape(), type.value(value, i));
        }
        to.writeEndObject();
    }

    /** JSON has no word for what is not a finite number. */
    private static void decimal(JsonGenerator to, Number value) {
        switch (value) {
            case Float single when Float.isFinite(single) -> to.writeNumber(single);
            case Double wide when Double.isFinite(wide) -> to.writeNumber(wide);
            case BigDecimal exact -> to.writeNumber(exact);
            default -> to.writeNull();
        }
    }

    private static void content(JsonGenerator to, Content content) {
        to.writeString(Base64.getEncoder().encodeToString(content.toByteArray()));
    }

    /** Plain JSON values: maps, iterables, strings, numbers, booleans, null. */
    public static void anything(JsonGenerator to, @Nullable Object value) {
        switch (value) {
            case null -> to.writeNull();
            case Boolean flag -> to.writeBoolean(flag);
            case Float single -> decimal(to, single);
            case Double wide -> decimal(to, wide);
            case BigDecimal exact -> to.writeNumber(exact);
            case BigInteger exact -> to.writeNumber(exact);
            case Number whole -> to.writeNumber(whole.longValue());
            case Map<?, ?> map -> {
                to.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    to.writeName(String.valueOf(entry.getKey()));
                    anything(to, entry.getValue());
                }
                to.writeEndObject();
            }
            case Iterable<?> elements -> {
                to.writeStartArray();
                for (Object element : elements) {
                    anything(to, element);
                }
                to.writeEndArray();
            }
            default -> to.writeString(value.toString());
        }
    }
}
