package dev.marmita.runner.binding;

import dev.marmita.service.BadInputException;
import dev.marmita.service.Content;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * Makes a record from named parts: the fields and files of a form, or the parameters of a query. A text
 * is taken as it stands or as JSON: clients generated from a schema quote their strings, people do not.
 */
public final class TextReading {

    /**
     * A value of a form: exactly one of both.
     *
     * @param text of a field
     * @param content of a file
     */
    public record Part(@Nullable String text, @Nullable Content content) {

        /** A field's text. */
        public static Part of(String text) {
            return new Part(text, null);
        }

        /** A file. */
        public static Part of(Content content) {
            return new Part(null, content);
        }
    }

    private final Json json;

    public TextReading(Json json) {
        this.json = json;
    }

    /**
     * Makes the record.
     *
     * @throws BadInputException naming the field at fault
     */
    public Object record(RecordType type, Map<String, List<Part>> parts) {
        @Nullable Object[] values = new @Nullable Object[type.fields().size()];
        for (Map.Entry<String, List<Part>> entry : parts.entrySet()) {
            Path path = Path.ROOT.field(entry.getKey());
            int index = type.index(entry.getKey());
            if (index < 0) {
                throw path.problem("is not known");
            }
            values[index] = value(type.fields().get(index), entry.getValue(), path);
        }
        return type.create(values, Path.ROOT);
    }

    private @Nullable Object value(RecordType.Field field, List<Part> parts, Path path) {
        if (field.shape() instanceof Shape.Listing listing && !isJsonArray(parts)) {
            List<Object> elements = new ArrayList<>();
            for (Part part : parts) {
                elements.add(single(listing.element(), part, path.element(elements.size())));
            }
            return JsonReading.collection(listing, elements);
        }
        if (parts.size() > 1) {
            throw path.problem("is given twice");
        }
        Part part = parts.getFirst();
        if (!field.required() && "null".equals(part.text())) {
            return null;
        }
        return single(field.shape(), part, path);
    }

    private static boolean isJsonArray(List<Part> parts) {
        String text = parts.getFirst().text();
        return parts.size() == 1 && text != null && text.stripLeading().startsWith("[");
    }

    private Object single(Shape shape, Part part, Path path) {
        if (part.content() != null) {
            return file(shape, part.content(), path);
        }
        String text = part.text();
        if (text == null) {
            throw new IllegalArgumentException("a part is a text or a file");
        }
        return switch (shape) {
            case Shape.Text() -> unquoted(text);
            case Shape.Flag() ->
                    switch (text) {
                        case "true" -> true;
                        case "false" -> false;
                        default -> throw path.problem("must be true or false");
                    };
            case Shape.Whole whole -> whole(whole, text, path);
            case Shape.Decimal decimal -> decimal(decimal, text, path);
            case Shape.Choice choice -> Scalars.choice(choice, unquoted(text), path);
            case Shape.Formatted formatted -> Scalars.formatted(formatted, unquoted(text), path);
            case Shape.Bytes bytes -> Scalars.content(bytes, text, path);
            case Shape.Listing listing -> parsed(listing, text, path);
            case Shape.Mapping mapping -> parsed(mapping, text, path);
            case Shape.Structure structure -> parsed(structure, text, path);
            case Shape.Anything anything -> parsed(anything, text, path);
        };
    }

    private static Object file(Shape shape, Content content, Path path) {
        if (!(shape instanceof Shape.Bytes bytes)) {
            throw path.problem("must not be a file");
        }
        if (!content.mediaType().equals("application/octet-stream")) {
            Scalars.requireAccepted(bytes, content.mediaType(), path);
        }
        return content;
    }

    private static Object whole(Shape.Whole shape, String text, Path path) {
        // A bound on the length keeps the parsing of digits linear.
        if (!text.matches("-?[0-9]{1,30}")) {
            throw path.problem("must be an integer");
        }
        return Scalars.whole(shape, new BigInteger(text), path);
    }

    private static Object decimal(Shape.Decimal shape, String text, Path path) {
        if (!text.matches("-?[0-9]{1,300}(\\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?")) {
            throw path.problem("must be a number");
        }
        return Scalars.decimal(shape, text, path);
    }

    private String unquoted(String text) {
        if (text.length() < 2 || text.charAt(0) != '"' || !text.endsWith("\"")) {
            return text;
        }
        try (JsonParser parser = json.parser(text)) {
            return (String) parsed(new Shape.Text(), parser);
        } catch (BadInputException e) {
            return text;
        }
    }

    private Object parsed(Shape shape, String text, Path path) {
        try (JsonParser parser = json.parser(text)) {
            return parsed(shape, parser);
        } catch (BadInputException e) {
            throw path.problem("must be JSON that fits: " + e.getMessage());
        }
    }

    private static Object parsed(Shape shape, JsonParser parser) {
        Object value = JsonReading.document(parser, shape);
        if (value == null) {
            throw new BadInputException("the value must not be null");
        }
        return value;
    }
}
