package dev.marmita.runner.binding;

import java.lang.reflect.Type;
import java.util.List;
import java.util.function.Function;

/** What a value looks like on the wire. */
public sealed interface Shape {

    /** A string. */
    record Text() implements Shape {}

    /** A boolean. */
    record Flag() implements Shape {}

    /** An integer in the range of its Java type. */
    record Whole(Class<?> type, long min, long max) implements Shape {}

    /** A number: {@code float}, {@code double} or {@link java.math.BigDecimal}. */
    record Decimal(Class<?> type) implements Shape {}

    /** An enum constant, named by its {@code toString()}. */
    record Choice(Class<?> type, List<Enum<?>> constants) implements Shape {
        public Choice {
            constants = List.copyOf(constants);
        }

        /** Of the constants, in their order. */
        public List<String> names() {
            return constants.stream().map(Enum::toString).toList();
        }
    }

    /**
     * A value written as a string of a known format, such as {@code date-time}.
     *
     * @param parse throws a {@link RuntimeException} on a string of another form
     */
    record Formatted(Class<?> type, String format, Function<String, Object> parse)
            implements Shape {}

    /**
     * A {@link dev.marmita.service.Content}: base64 in JSON, a file in a form.
     *
     * @param accept media types, wildcards allowed; empty: any
     */
    record Bytes(List<String> accept) implements Shape {
        public Bytes {
            accept = List.copyOf(accept);
        }
    }

    /** A list, set or collection, as an array. */
    record Listing(Class<?> type, Shape element) implements Shape {}

    /** A map with string keys, as an object. */
    record Mapping(Shape value) implements Shape {}

    /** A record, as an object with known fields. */
    record Structure(RecordType type) implements Shape {}

    /** Any JSON value, as maps, lists, strings, numbers, booleans and null. */
    record Anything() implements Shape {}

    /** A shape reader with its own memory of the records it met. */
    static Shapes shapes() {
        return new Shapes();
    }

    /** Why a Java type has no shape. */
    final class UnsupportedTypeException extends Exception {

        private static final long serialVersionUID = 1L;

        UnsupportedTypeException(Type type, String why) {
            super(type.getTypeName() + " " + why);
        }

        UnsupportedTypeException(String where, UnsupportedTypeException cause) {
            super(where + ": " + cause.getMessage(), cause);
        }
    }
}
