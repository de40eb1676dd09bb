package dev.marmita.runner.binding;

import dev.marmita.runner.binding.RecordType.Absence;
import dev.marmita.runner.binding.Shape.UnsupportedTypeException;
import dev.marmita.service.Content;
import dev.marmita.service.Field;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Finds the shapes of Java types. Remembers records, so that a type has one {@link RecordType}. */
public final class Shapes {

    private static final Map<Class<?>, Shape> SIMPLE = simple();

    private final Map<Class<?>, RecordType> records = new HashMap<>();

    Shapes() {}

    /**
     * The shape of a type.
     *
     * @throws UnsupportedTypeException naming the type at fault and where it stands
     */
    public Shape of(Type type) throws UnsupportedTypeException {
        return of(type, List.of());
    }

    private Shape of(Type type, List<String> accept) throws UnsupportedTypeException {
        return switch (type) {
            case Class<?> plain -> ofClass(plain, accept);
            case ParameterizedType generic -> ofGeneric(generic, accept);
            case WildcardType wildcard -> of(wildcard.getUpperBounds()[0], accept);
            default -> throw new UnsupportedTypeException(type, "is not supported here");
        };
    }

    private Shape ofClass(Class<?> type, List<String> accept) throws UnsupportedTypeException {
        Shape simple = SIMPLE.get(type);
        if (simple != null) {
            return simple;
        }
        if (type == Content.class) {
            return new Shape.Bytes(accept);
        }
        if (type.isEnum()) {
            return new Shape.Choice(type, constants(type));
        }
        if (type.isRecord()) {
            return new Shape.Structure(ofRecord(type));
        }
        throw new UnsupportedTypeException(
                type,
                "is not supported: use records, lists, maps with string keys, strings, numbers,"
                        + " booleans, enums, java.time types, UUID, URI or Content");
    }

    private Shape ofGeneric(ParameterizedType type, List<String> accept)
            throws UnsupportedTypeException {
        Class<?> raw = (Class<?>) type.getRawType();
        Type[] arguments = type.getActualTypeArguments();
        if (raw == List.class || raw == Collection.class || raw == Set.class) {
            return new Shape.Listing(raw, of(arguments[0], accept));
        }
        if (raw == Map.class) {
            if (arguments[0] != String.class) {
                throw new UnsupportedTypeException(type, "must have keys of type String");
            }
            return new Shape.Mapping(of(arguments[1], accept));
        }
        if (raw == Optional.class) {
            throw new UnsupportedTypeException(
                    type, "is supported only as the type of a record's component");
        }
        throw new UnsupportedTypeException(type, "is not supported: records must not be generic");
    }

    private RecordType ofRecord(Class<?> type) throws UnsupportedTypeException {
        RecordType known = records.get(type);
        if (known != null) {
            return known;
        }
        RecordType made = new RecordType(type);
        records.put(type, made);
        for (RecordComponent component : type.getRecordComponents()) {
            addComponent(made, component);
        }
        return made;
    }

    private void addComponent(RecordType made, RecordComponent component)
            throws UnsupportedTypeException {
        Field field = component.getAnnotation(Field.class);
        List<String> accept = field == null ? List.of() : List.of(field.accept());
        String description = field == null ? "" : field.value();
        Type type = component.getGenericType();
        Absence absence =
                isNullable(component.getAnnotatedType()) ? Absence.NULLABLE : Absence.REQUIRED;
        if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            absence = Absence.OPTIONAL;
            type = generic.getActualTypeArguments()[0];
        }
        try {
            made.add(component, of(type, accept), absence, description);
        } catch (UnsupportedTypeException e) {
            throw new UnsupportedTypeException(made.name() + "." + component.getName(), e);
        }
    }

    /** By name, for a bundle may bring the annotations of its author's taste. */
    private static boolean isNullable(AnnotatedType type) {
        return Arrays.stream(type.getAnnotations())
                .anyMatch(
                        annotation ->
                                annotation.annotationType().getSimpleName().equals("Nullable"));
    }

    private static List<Enum<?>> constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .<Enum<?>>map(constant -> (Enum<?>) constant)
                .toList();
    }

    private static Map<Class<?>, Shape> simple() {
        Map<Class<?>, Shape> simple = new HashMap<>();
        simple.put(String.class, new Shape.Text());
        simple.put(Object.class, new Shape.Anything());
        for (Class<?> type : List.of(boolean.class, Boolean.class)) {
            simple.put(type, new Shape.Flag());
        }
        whole(simple, Byte.MIN_VALUE, Byte.MAX_VALUE, byte.class, Byte.class);
        whole(simple, Short.MIN_VALUE, Short.MAX_VALUE, short.class, Short.class);
        whole(simple, Integer.MIN_VALUE, Integer.MAX_VALUE, int.class, Integer.class);
        whole(simple, Long.MIN_VALUE, Long.MAX_VALUE, long.class, Long.class);
        for (Class<?> type :
                List.of(float.class, Float.class, double.class, Double.class, BigDecimal.class)) {
            simple.put(type, new Shape.Decimal(type));
        }
        formatted(simple, Instant.class, "date-time", Instant::parse);
        formatted(simple, OffsetDateTime.class, "date-time", OffsetDateTime::parse);
        formatted(simple, LocalDateTime.class, "local-date-time", LocalDateTime::parse);
        formatted(simple, LocalDate.class, "date", LocalDate::parse);
        formatted(simple, Duration.class, "duration", Duration::parse);
        formatted(simple, UUID.class, "uuid", UUID::fromString);
        formatted(simple, URI.class, "uri", URI::create);
        return Map.copyOf(simple);
    }

    private static void whole(
            Map<Class<?>, Shape> simple, long min, long max, Class<?> primitive, Class<?> boxed) {
        simple.put(primitive, new Shape.Whole(boxed, min, max));
        simple.put(boxed, new Shape.Whole(boxed, min, max));
    }

    private static void formatted(
            Map<Class<?>, Shape> simple,
            Class<?> type,
            String format,
            java.util.function.Function<String, Object> parse) {
        simple.put(type, new Shape.Formatted(type, format, parse));
    }
}
