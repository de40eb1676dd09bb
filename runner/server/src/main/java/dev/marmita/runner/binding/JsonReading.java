package dev.marmita.runner.binding;

import dev.marmita.service.BadInputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamConstraintsException;

/** Reads a shape from JSON: unknown fields, wrong types and missing values are refused by name. */
public final class JsonReading {

    private JsonReading() {}

    /**
     * Reads one document.
     *
     * @param parser before its first token; read to its end
     * @throws BadInputException naming the field at fault
     */
    public static @Nullable Object document(JsonParser parser, Shape shape) {
        try {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new BadInputException("the request has no JSON in it");
            }
            Object value = value(parser, first, shape, Path.ROOT);
            if (parser.nextToken() != null) {
                throw new BadInputException("the request has more than one JSON value in it");
            }
            return value;
        } catch (StreamConstraintsException e) {
            throw new BadInputException("the request's JSON is refused: " + e.getOriginalMessage());
        } catch (JacksonException e) {
            throw new BadInputException(
                    "the request is not valid JSON at line "
                            + e.getLocation().getLineNr()
                            + ", column "
                            + e.getLocation().getColumnNr());
        }
    }

    private static Object required(JsonParser parser, JsonToken token, Shape shape, Path path) {
        Object value = value(parser, token, shape, path);
        if (value == null) {
            throw path.problem("must not be null");
        }
        return value;
    }

    private static @Nullable Object value(
            JsonParser parser, JsonToken token, Shape shape, Path path) {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        return switch (shape) {
            case Shape.Text() -> string(parser, token, path, "a string");
            case Shape.Flag() ->
                    switch (token) {
                        case VALUE_TRUE -> true;
                        case VALUE_FALSE -> false;
                        default -> throw path.problem("must be true or false");
                    };
            case Shape.Whole whole -> whole(parser, token, whole, path);
            case Shape.Decimal decimal -> {
                if (!token.isNumeric()) {
                    throw path.problem("must be a number");
                }
                yield Scalars.decimal(decimal, parser, path);
            }
            case Shape.Choice choice ->
                    Scalars.choice(
                            choice, string(parser, token, path, "one of " + choice.names()), path);
            case Shape.Formatted formatted ->
                    Scalars.formatted(
                            formatted,
                            string(parser, token, path, "a string of format " + formatted.format()),
                            path);
            case Shape.Bytes bytes ->
                    Scalars.content(bytes, string(parser, token, path, "a string of base64"), path);
            case Shape.Listing listing -> listing(parser, token, listing, path);
            case Shape.Mapping mapping -> mapping(parser, token, mapping, path);
            case Shape.Structure structure -> structure(parser, token, structure.type(), path);
            case Shape.Anything() -> anything(parser, token, path);
        };
    }

    private static String string(JsonParser parser, JsonToken token, Path path, String wanted) {
        if (token != JsonToken.VALUE_STRING) {
            throw path.problem("must be " + wanted);
        }
        return parser.getString();
    }

    private static Object whole(JsonParser parser, JsonToken token, Shape.Whole shape, Path path) {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw path.problem("must be an integer");
        }
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? Scalars.whole(shape, parser.getBigIntegerValue(), path)
                : Scalars.whole(shape, parser.getLongValue(), path);
    }

    private static Object listing(
            JsonParser parser, JsonToken token, Shape.Listing shape, Path path) {
        if (token != JsonToken.START_ARRAY) {
            throw path.problem("must be an array");
        }
        List<Object> elements = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
                next != JsonToken.END_ARRAY;
                next = parser.nextToken()) {
            elements.add(required(parser, next, shape.element(), path.element(elements.size())));
        }
        return collection(shape, elements);
    }

    /** The collection of the shape's type, unmodifiable. */
    public static Object collection(Shape.Listing shape, List<Object> elements) {
        return shape.type() == Set.class
                ? Collections.unmodifiableSet(new LinkedHashSet<>(elements))
                : Collections.unmodifiableList(elements);
    }

    private static Map<String, Object> mapping(
            JsonParser parser, JsonToken token, Shape.Mapping shape, Path path) {
        if (token != JsonToken.START_OBJECT) {
            throw path.problem("must be an object");
        }
        Map<String, Object> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Path at = path.field(name);
            entries.put(name, required(parser, parser.nextToken(), shape.value(), at));
        }
        return Collections.unmodifiableMap(entries);
    }

    private static Object structure(
            JsonParser parser, JsonToken token, RecordType type, Path path) {
        if (token != JsonToken.START_OBJECT) {
            throw path.problem("must be an object");
        }
        @Nullable Object[] values = new @Nullable Object[type.fields().size()];
        boolean[] seen = new boolean[values.length];
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Path at = path.field(name);
            int index = type.index(name);
            if (index < 0) {
                throw at.problem("is not known");
            }
            if (seen[index]) {
                throw at.problem("is given twice");
            }
            seen[index] = true;
            Shape shape = type.fields().get(index).shape();
            values[index] = value(parser, parser.nextToken(), shape, at);
        }
        return type.create(values, path);
    }

    private static @Nullable Object anything(JsonParser parser, JsonToken token, Path path) {
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case START_ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                for (JsonToken next = parser.nextToken();
                        next != JsonToken.END_ARRAY;
                        next = parser.nextToken()) {
                    elements.add(anything(parser, next, path));
                }
                yield elements;
            }
            case START_OBJECT -> {
                Map<String, @Nullable Object> entries = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    entries.put(name, anything(parser, parser.nextToken(), path));
                }
                yield entries;
            }
            default -> throw path.problem("must be JSON");
        };
    }
}
