package dev.marmita.runner.binding;

import dev.marmita.service.BadInputException;
import dev.marmita.service.Content;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonParser;

/** Conversions that JSON strings, form fields, query parameters and protobuf share. */
public final class Scalars {

    private Scalars() {}

    static Object choice(Shape.Choice shape, String text, Path path) {
        for (Enum<?> constant : shape.constants()) {
            if (constant.toString().equals(text)) {
                return constant;
            }
        }
        throw path.problem("must be one of " + shape.names());
    }

    /**
     * A value of a known format.
     *
     * @throws BadInputException where it is not
     */
    public static Object formatted(Shape.Formatted shape, String text, Path path) {
        try {
            return shape.parse().apply(text);
        } catch (RuntimeException e) {
            throw path.problem("must be a string of format " + shape.format());
        }
    }

    static Object whole(Shape.Whole shape, BigInteger value, Path path) {
        if (value.bitLength() > 63) {
            throw outOfRange(shape, path);
        }
        return whole(shape, value.longValue(), path);
    }

    /**
     * An integer of the shape's type.
     *
     * @throws BadInputException where it is not
     */
    public static Object whole(Shape.Whole shape, long value, Path path) {
        if (value < shape.min() || value > shape.max()) {
            throw outOfRange(shape, path);
        }
        Class<?> type = shape.type();
        if (type == Integer.class) {
            return (int) value;
        }
        if (type == Long.class) {
            return value;
        }
        return type == Short.class ? (Object) (short) value : (Object) (byte) value;
    }

    private static BadInputException outOfRange(Shape.Whole shape, Path path) {
        return path.problem("must be an integer from " + shape.min() + " to " + shape.max());
    }

    /** From the parser's current token, a number. */
    static Object decimal(Shape.Decimal shape, JsonParser parser, Path path) {
        if (shape.type() == BigDecimal.class) {
            return parser.getDecimalValue();
        }
        return isSingle(shape)
                ? (Object) finite(parser.getFloatValue(), path)
                : (Object) finite(parser.getDoubleValue(), path);
    }

    /**
     * A number of the shape's type.
     *
     * @throws BadInputException where it is not
     */
    public static Object decimal(Shape.Decimal shape, String text, Path path) {
        if (shape.type() == BigDecimal.class) {
            return new BigDecimal(text);
        }
        return isSingle(shape)
                ? (Object) finite(Float.parseFloat(text), path)
                : (Object) finite(Double.parseDouble(text), path);
    }

    private static boolean isSingle(Shape.Decimal shape) {
        return shape.type() == float.class || shape.type() == Float.class;
    }

    private static float finite(float value, Path path) {
        if (!Float.isFinite(value)) {
            throw path.problem("is too large a number");
        }
        return value;
    }

    private static double finite(double value, Path path) {
        if (!Double.isFinite(value)) {
            throw path.problem("is too large a number");
        }
        return value;
    }

    /** From base64, or from a {@code data:} URL, which tells the media type too. */
    static Content content(Shape.Bytes shape, String text, Path path) {
        String mediaType = "application/octet-stream";
        String encoded = text;
        if (text.startsWith("data:")) {
            int comma = text.indexOf(',');
            String head = comma < 0 ? "" : text.substring("data:".length(), comma);
            if (!head.endsWith(";base64")) {
                throw path.problem("must be base64, or a data: URL with base64");
            }
            mediaType = head.substring(0, head.length() - ";base64".length());
            encoded = text.substring(comma + 1);
            requireAccepted(shape, mediaType, path);
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(encoded);
            return new Content(mediaType, Optional.empty(), ByteBuffer.wrap(bytes));
        } catch (IllegalArgumentException e) {
            throw path.problem("must be base64");
        }
    }

    /**
     * A media type that the shape takes.
     *
     * @throws BadInputException where it is not
     */
    public static void requireAccepted(Shape.Bytes shape, String mediaType, Path path) {
        if (!MediaTypes.accepts(shape.accept(), mediaType)) {
            throw path.problem(
                    "must be "
                            + String.join(" or ", shape.accept())
                            + ", not "
                            + mediaType.toLowerCase(Locale.ROOT));
        }
    }
}
