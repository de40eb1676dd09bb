package dev.marmita.runner.binding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Describes shapes as JSON Schema (2020-12); records are collected as definitions and referred to. */
public final class JsonSchemas {

    /** What a value is described for. */
    public enum Use {
        /** Absent values may be left out. */
        INPUT,
        /** Every field is there. */
        OUTPUT
    }

    private final String references;
    private final Map<String, Object> bytes;
    private final Map<String, Object> definitions = new LinkedHashMap<>();
    private final Map<String, Class<?>> names = new LinkedHashMap<>();

    /**
     * @param references prefix of a reference, such as {@code #/$defs/}
     * @param bytes the schema of a {@link dev.marmita.service.Content}
     */
    public JsonSchemas(String references, Map<String, Object> bytes) {
        this.references = references;
        this.bytes = bytes;
    }

    /** The definitions that schemas made so far refer to, by name. */
    public Map<String, Object> definitions() {
        return definitions;
    }

    /** Keeps a name of a definition for others than records. */
    public void reserve(String name) {
        names.put(name, Void.class);
    }

    /** The schema of a shape; a record by reference. */
    public Map<String, Object> of(Shape shape, Use use) {
        Map<String, Object> schema = new LinkedHashMap<>();
        switch (shape) {
            case Shape.Text() -> schema.put("type", "string");
            case Shape.Flag() -> schema.put("type", "boolean");
            case Shape.Whole whole -> {
                schema.put("type", "integer");
                if (whole.type() == Integer.class || whole.type() == Long.class) {
                    schema.put("format", whole.type() == Long.class ? "int64" : "int32");
                } else {
                    schema.put("minimum", whole.min());
                    schema.put("maximum", whole.max());
                }
            }
            case Shape.Decimal ignored -> schema.put("type", "number");
            case Shape.Choice choice -> {
                schema.put("type", "string");
                schema.put("enum", choice.names());
            }
            case Shape.Formatted formatted -> {
                schema.put("type", "string");
                schema.put("format", formatted.format());
            }
            case Shape.Bytes content -> {
                schema.putAll(bytes);
                if (content.accept().size() == 1) {
                    schema.put("contentMediaType", content.accept().getFirst());
                }
            }
            case Shape.Listing listing -> {
                schema.put("type", "array");
                schema.put("items", of(listing.element(), use));
            }
            case Shape.Mapping mapping -> {
                schema.put("type", "object");
                schema.put("additionalProperties", of(mapping.value(), use));
            }
            case Shape.Structure structure -> schema.put("$ref", reference(structure.type(), use));
            case Shape.Anything() -> {}
        }
        return schema;
    }

    private String reference(RecordType type, Use use) {
        String name = nameOf(type, use);
        if (!definitions.containsKey(name)) {
            definitions.put(name, Map.of());
            definitions.put(name, object(type, use));
        }
        return references + name;
    }

    /** A record used both ways has two definitions only where they differ. */
    private String nameOf(RecordType type, Use use) {
        boolean differs = use == Use.OUTPUT && hasOptional(type, new HashSet<>());
        String wanted = differs ? type.name() + "Output" : type.name();
        String name = wanted;
        for (int n = 2; names.containsKey(name) && names.get(name) != type.type(); n++) {
            name = wanted + n;
        }
        names.put(name, type.type());
        return name;
    }

    private static boolean hasOptional(RecordType type, Set<RecordType> seen) {
        return seen.add(type)
                && type.fields().stream()
                        .anyMatch(field -> !field.required() || hasOptional(field.shape(), seen));
    }

    private static boolean hasOptional(Shape shape, Set<RecordType> seen) {
        return switch (shape) {
            case Shape.Listing listing -> hasOptional(listing.element(), seen);
            case Shape.Mapping mapping -> hasOptional(mapping.value(), seen);
            case Shape.Structure structure -> hasOptional(structure.type(), seen);
            default -> false;
        };
    }

    /** The schema of a record itself. */
    public Map<String, Object> object(RecordType type, Use use) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordType.Field field : type.fields()) {
            Map<String, Object> schema = of(field.shape(), use);
            if (!field.required() && use == Use.OUTPUT) {
                schema = nullable(schema);
            }
            if (!field.description().isEmpty()) {
                schema.put("description", field.description());
            }
            properties.put(field.name(), schema);
            if (field.required() || use == Use.OUTPUT) {
                required.add(field.name());
            }
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("type", "object");
        object.put("title", type.name());
        object.put("properties", properties);
        if (!required.isEmpty()) {
            object.put("required", required);
        }
        object.put("additionalProperties", false);
        return object;
    }

    private static Map<String, Object> nullable(Map<String, Object> schema) {
        Map<String, Object> nullable = new LinkedHashMap<>();
        if (schema.get("type") instanceof String type && !schema.containsKey("enum")) {
            nullable.putAll(schema);
            nullable.put("type", List.of(type, "null"));
        } else {
            nullable.put("anyOf", List.of(schema, Map.of("type", "null")));
        }
        return nullable;
    }
}
