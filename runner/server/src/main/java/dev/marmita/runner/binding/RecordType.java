package dev.marmita.runner.binding;

import dev.marmita.service.BadInputException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A record class with the shapes of its components. May refer to itself. */
public final class RecordType {

    /** How a component tells that it may be absent. */
    enum Absence {
        REQUIRED,
        NULLABLE,
        OPTIONAL
    }

    /**
     * A component.
     *
     * @param description of {@link dev.marmita.service.Field}; may be empty
     */
    public record Field(String name, Shape shape, boolean required, String description) {}

    private final Class<?> type;
    private final List<Field> fields = new ArrayList<>();
    private final List<Absence> absences = new ArrayList<>();
    private final List<LateHandle> accessors = new ArrayList<>();
    private final Map<String, Integer> indexes = new HashMap<>();
    private final LateHandle constructor;

    RecordType(Class<?> type) {
        this.type = type;
        Class<?>[] components =
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        try {
            this.constructor = LateHandle.of(type.getDeclaredConstructor(components));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    void add(RecordComponent component, Shape shape, Absence absence, String description) {
        accessors.add(LateHandle.of(component.getAccessor()));
        indexes.put(component.getName(), fields.size());
        absences.add(absence);
        fields.add(new Field(component.getName(), shape, absence == Absence.REQUIRED, description));
    }

    /** The class's simple name. */
    public String name() {
        return type.getSimpleName();
    }

    public Class<?> type() {
        return type;
    }

    /** The components in their order. */
    public List<Field> fields() {
        return Collections.unmodifiableList(fields);
    }

    /** The component of that name. */
    public Optional<Field> field(String name) {
        Integer index = indexes.get(name);
        return index == null ? Optional.empty() : Optional.of(fields.get(index));
    }

    int index(String name) {
        return indexes.getOrDefault(name, -1);
    }

    /**
     * Makes the record.
     *
     * @param values by component, {@code null} where absent; changed by this call
     * @param path of the record in the request, for messages
     * @throws BadInputException where a required value is absent or the record's own checks refuse one
     */
    public Object create(@Nullable Object[] values, Path path) {
        for (int i = 0; i < values.length; i++) {
            switch (absences.get(i)) {
                case REQUIRED -> {
                    if (values[i] == null) {
                        throw path.field(fields.get(i).name()).problem("is required");
                    }
                }
                case OPTIONAL -> values[i] = Optional.ofNullable(values[i]);
                case NULLABLE -> {}
            }
        }
        try {
            return constructor.get().invoke(values);
        } catch (IllegalArgumentException e) {
            // What a record's own constructor refuses, the caller has sent.
            throw path.problem(e.getMessage() == null ? "is refused" : e.getMessage());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** A component's value; an empty {@link Optional} is {@code null}. */
    public @Nullable Object value(Object instance, int index) {
        try {
            Object value = accessors.get(index).get().invoke(instance);
            return value instanceof Optional<?> optional ? optional.orElse(null) : value;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
