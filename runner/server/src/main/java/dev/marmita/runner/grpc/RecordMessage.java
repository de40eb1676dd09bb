package dev.marmita.runner.grpc;

import dev.marmita.runner.binding.JsonReading;
import dev.marmita.runner.binding.Path;
import dev.marmita.runner.binding.Shape;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A protobuf message made for a value of a service: its fields are numbered from 1 in the order of the
 * record's components.
 */
final class RecordMessage {

    private static final int MAX_DEPTH = 100;

    /**
     * A field.
     *
     * @param name of the component
     * @param optional whether its absence differs from its default
     */
    record Slot(String name, Shape shape, boolean optional, RecordValue value) {}

    /** How the values of the fields and the value of the message belong together. */
    interface Form {
        /** Throws {@link dev.marmita.service.BadInputException}. */
        @Nullable Object make(@Nullable Object[] values, Path path);

        @Nullable Object part(Object value, int index);
    }

    private final String name;
    private final Form form;
    private final List<Slot> slots = new ArrayList<>();

    RecordMessage(String name, Form form) {
        this.name = name;
        this.form = form;
    }

    String name() {
        return name;
    }

    List<Slot> slots() {
        return slots;
    }

    void add(Slot slot) {
        slots.add(slot);
    }

    /** Reads one; {@code null} only for the message of no value. */
    @Nullable Object read(ByteBuf in, Path path, int depth) {
        if (depth > MAX_DEPTH) {
            throw path.problem("is nested too deeply");
        }
        @Nullable Object[] values = new @Nullable Object[slots.size()];
        ProtoReader reader = new ProtoReader(in);
        for (int field = reader.next(); field != 0; field = reader.next()) {
            if (field > slots.size()) {
                reader.skip();
                continue;
            }
            Slot slot = slots.get(field - 1);
            values[field - 1] =
                    read(slot, reader, values[field - 1], path.field(slot.name()), depth);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = finished(slots.get(i), values[i]);
        }
        return form.make(values, path);
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Object read(
            Slot slot, ProtoReader reader, @Nullable Object before, Path path, int depth) {
        return switch (slot.shape()) {
            case Shape.Listing ignored -> {
                List<Object> elements = before == null ? new ArrayList<>() : (List<Object>) before;
                slot.value().readElements(reader, elements, path, depth);
                yield elements;
            }
            case Shape.Mapping ignored -> {
                Map<String, Object> entries =
                        before == null ? new LinkedHashMap<>() : (Map<String, Object>) before;
                entry(slot, reader.message(), entries, path, depth);
                yield entries;
            }
            default -> slot.value().read(reader, path, depth);
        };
    }

    /** Key in field 1, value in field 2; what is absent is the default. */
    private static void entry(
            Slot slot, ProtoReader reader, Map<String, Object> entries, Path path, int depth) {
        String key = "";
        Object value = null;
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> key = reader.string();
                case 2 -> value = slot.value().read(reader, path, depth);
                default -> reader.skip();
            }
        }
        Object given = value == null ? slot.value().byDefault() : value;
        if (given == null) {
            throw path.field(key).problem("is required");
        }
        entries.put(key, given);
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Object finished(Slot slot, @Nullable Object value) {
        if (value == null && slot.optional()) {
            return null;
        }
        return switch (slot.shape()) {
            case Shape.Listing listing ->
                    JsonReading.collection(
                            listing, value == null ? List.of() : (List<Object>) value);
            case Shape.Mapping ignored -> value == null ? Map.of() : value;
            default -> value == null ? slot.value().byDefault() : value;
        };
    }

    void write(Object value, ProtoWriter to) {
        for (int i = 0; i < slots.size(); i++) {
            Object part = form.part(value, i);
            if (part != null) {
                write(slots.get(i), i + 1, part, to);
            }
        }
    }

    private static void write(Slot slot, int number, Object part, ProtoWriter to) {
        switch (slot.shape()) {
            case Shape.Listing ignored ->
                    slot.value().writeElements(number, (Iterable<?>) part, to);
            case Shape.Mapping ignored -> {
                for (Map.Entry<?, ?> entry : ((Map<?, ?>) part).entrySet()) {
                    to.message(
                            number,
                            one -> {
                                one.string(1, entry.getKey().toString());
                                slot.value().write(2, entry.getValue(), one);
                            });
                }
            }
            default -> {
                if (slot.optional() || !part.equals(slot.value().byDefault())) {
                    slot.value().write(number, part, to);
                }
            }
        }
    }
}
