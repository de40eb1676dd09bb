package dev.marmita.scheduler.spec;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads the fields of one object, collects what is wrong, and in the end refuses keys that nobody asked
 * for. After an error a field has its default, so that one pass finds every error.
 */
final class FieldReader {

    static final int MAX_ERRORS = 50;

    private final String path;
    private final JsonNode object;
    private final List<FieldError> errors;
    private final Set<String> known = new HashSet<>();

    FieldReader(String path, JsonNode object, List<FieldError> errors) {
        this.path = path;
        this.object = object;
        this.errors = errors;
    }

    /** Reads a nested object; an absent one is as good as an empty one. */
    <T> T object(String field, Function<FieldReader, T> read) {
        JsonNode node = take(field);
        if (node != null && !node.isObject()) {
            wrong(field, "must be an object with fields");
            node = null;
        }
        FieldReader nested =
                new FieldReader(
                        at(field),
                        node == null ? JsonNodeFactory.instance.objectNode() : node,
                        errors);
        T value = read.apply(nested);
        nested.finish();
        return value;
    }

    boolean present(String field) {
        return object.get(field) != null;
    }

    String text(String field, String otherwise, String pattern, String rule) {
        JsonNode node = take(field);
        if (node == null) {
            return otherwise;
        }
        if (!node.isString() || !node.stringValue().matches(pattern)) {
            return wrong(field, "must be " + rule + ", not " + shown(node), otherwise);
        }
        return node.stringValue();
    }

    Optional<ArtifactRef> ref(String field) {
        JsonNode node = take(field);
        if (node == null) {
            return wrong(field, "is required", Optional.<ArtifactRef>empty());
        }
        return refOf(field, node);
    }

    private Optional<ArtifactRef> refOf(String field, JsonNode node) {
        Optional<ArtifactRef> ref =
                node.isString() ? ArtifactRef.parse(node.stringValue()) : Optional.empty();
        if (ref.isEmpty()) {
            wrong(field, "must be name:label, name@version or name, not " + shown(node));
        }
        return ref;
    }

    SortedMap<String, ArtifactRef> refs(String field, int most, String keyPattern) {
        TreeMap<String, ArtifactRef> refs = new TreeMap<>();
        entries(field, most, keyPattern)
                .forEach(
                        (key, node) ->
                                refOf(field + "." + key, node).ifPresent(r -> refs.put(key, r)));
        return refs;
    }

    SortedMap<String, String> texts(String field, int most, String keyPattern, int longest) {
        TreeMap<String, String> texts = new TreeMap<>();
        entries(field, most, keyPattern)
                .forEach(
                        (key, node) -> {
                            if (!node.isString()) {
                                wrong(field + "." + key, "must be a text; put it in quotes");
                            } else if (node.stringValue()
                                            .codePointCount(0, node.stringValue().length())
                                    > longest) {
                                wrong(
                                        field + "." + key,
                                        "must have at most " + longest + " characters");
                            } else if (node.stringValue().indexOf('\0') >= 0) {
                                wrong(field + "." + key, "must not contain the character NUL");
                            } else {
                                texts.put(key, node.stringValue());
                            }
                        });
        return texts;
    }

    /** Nested objects by their names. */
    <T> SortedMap<String, T> objects(
            String field, int most, String keyPattern, Function<FieldReader, T> read) {
        TreeMap<String, T> objects = new TreeMap<>();
        entries(field, most, keyPattern)
                .forEach(
                        (key, node) -> {
                            String place = field + "." + key;
                            if (node.isObject()) {
                                FieldReader nested = new FieldReader(at(place), node, errors);
                                objects.put(key, read.apply(nested));
                                nested.finish();
                            } else {
                                wrong(place, "must be an object with fields");
                            }
                        });
        return objects;
    }

    /** Errors do not repeat what was given. */
    Optional<String> name(String field, String pattern, String rule) {
        JsonNode node = take(field);
        if (node == null) {
            return Optional.empty();
        }
        if (!node.isString() || !node.stringValue().matches(pattern)) {
            return wrong(field, rule, Optional.<String>empty());
        }
        return Optional.of(node.stringValue());
    }

    /**
     * @param read throws IllegalArgumentException with the rule in its message
     */
    <T> List<T> list(String field, int most, Function<String, T> read) {
        JsonNode node = take(field);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray() || node.size() > most) {
            return wrong(field, "must be a list of at most " + most + " entries", List.of());
        }
        List<T> values = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            JsonNode each = node.get(i);
            try {
                if (each.isString()) {
                    values.add(read.apply(each.stringValue()));
                } else {
                    wrong(field + "[" + i + "]", "must be a text; put it in quotes");
                }
            } catch (IllegalArgumentException rule) {
                wrong(field + "[" + i + "]", rule.getMessage() + ", not " + shown(each));
            }
        }
        return values;
    }

    private Map<String, JsonNode> entries(String field, int most, String keyPattern) {
        JsonNode node = take(field);
        if (node == null) {
            return Map.of();
        }
        if (!node.isObject()) {
            return wrong(field, "must be an object with fields", Map.of());
        }
        if (node.size() > most) {
            return wrong(field, "must have at most " + most + " entries", Map.of());
        }
        TreeMap<String, JsonNode> entries = new TreeMap<>();
        node.properties()
                .forEach(
                        entry -> {
                            if (entry.getKey().matches(keyPattern)) {
                                entries.put(entry.getKey(), entry.getValue());
                            } else {
                                wrong(
                                        field + "." + shortened(entry.getKey()),
                                        "is not a valid name");
                            }
                        });
        return entries;
    }

    int integer(String field, int otherwise, int least, int most) {
        JsonNode node = take(field);
        if (node == null) {
            return otherwise;
        }
        // 2.0 is an integer to JSON Schema, so it is one here.
        BigDecimal value = node.isNumber() ? node.decimalValue() : null;
        if (value == null
                || value.stripTrailingZeros().scale() > 0
                || value.compareTo(BigDecimal.valueOf(least)) < 0
                || value.compareTo(BigDecimal.valueOf(most)) > 0) {
            return wrong(
                    field,
                    "must be a whole number from " + least + " to " + most + ", not " + shown(node),
                    otherwise);
        }
        return value.intValueExact();
    }

    boolean bool(String field, boolean otherwise) {
        JsonNode node = take(field);
        if (node == null) {
            return otherwise;
        }
        return node.isBoolean()
                ? node.booleanValue()
                : wrong(field, "must be true or false, not " + shown(node), otherwise);
    }

    Duration duration(String field, Duration otherwise, Duration least, Duration most) {
        JsonNode node = take(field);
        if (node == null) {
            return otherwise;
        }
        Optional<Duration> value =
                node.isString() ? Quantities.duration(node.stringValue()) : Optional.empty();
        if (value.isEmpty()
                || value.get().compareTo(least) < 0
                || value.get().compareTo(most) > 0) {
            return wrong(
                    field,
                    "must be a time like 500ms, 60s, 5m or 1h, from "
                            + Quantities.text(least)
                            + " to "
                            + Quantities.text(most)
                            + ", not "
                            + shown(node),
                    otherwise);
        }
        return value.get();
    }

    long bytes(String field, long otherwise, long least, long most) {
        JsonNode node = take(field);
        if (node == null) {
            return otherwise;
        }
        Optional<Long> value = bytesOf(node);
        if (value.isEmpty() || value.get() < least || value.get() > most) {
            return wrong(
                    field,
                    "must be a size like 512Mi or 1Gi, from "
                            + Quantities.bytesText(least)
                            + " to "
                            + Quantities.bytesText(most)
                            + ", not "
                            + shown(node),
                    otherwise);
        }
        return value.get();
    }

    private static Optional<Long> bytesOf(JsonNode node) {
        if (node.isString()) {
            return Quantities.bytes(node.stringValue());
        }
        return node.isIntegralNumber() && node.canConvertToLong()
                ? Optional.of(node.longValue())
                : Optional.empty();
    }

    int cpuMillis(String field, int otherwise, int least, int most) {
        JsonNode node = take(field);
        if (node == null) {
            return otherwise;
        }
        Optional<Integer> value =
                node.isString()
                        ? Quantities.coresText(node.stringValue())
                        : node.isNumber()
                                ? Quantities.cores(node.decimalValue())
                                : Optional.empty();
        if (value.isEmpty() || value.get() < least || value.get() > most) {
            return wrong(
                    field,
                    "must be cores like 2, 0.5 or 500m, from "
                            + least
                            + "m to "
                            + most / 1000
                            + ", not "
                            + shown(node),
                    otherwise);
        }
        return value.get();
    }

    void wrong(String field, String message) {
        if (errors.size() < MAX_ERRORS) {
            errors.add(new FieldError(at(field), message));
        }
    }

    private <T> T wrong(String field, String message, T otherwise) {
        wrong(field, message);
        return otherwise;
    }

    /** Refuses every key that was not read. */
    void finish() {
        object.properties()
                .forEach(
                        entry -> {
                            if (!known.contains(entry.getKey())) {
                                wrong(
                                        shortened(entry.getKey()),
                                        "is not known here; known are "
                                                + String.join(
                                                        ", ", known.stream().sorted().toList()));
                            }
                        });
    }

    private @Nullable JsonNode take(String field) {
        known.add(field);
        JsonNode node = object.get(field);
        return node == null || node.isMissingNode() ? null : node;
    }

    private String at(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    private static String shown(JsonNode node) {
        if (node.isContainer()) {
            return node.isArray() ? "a list" : "an object";
        }
        return node.isString()
                ? "'" + shortened(node.stringValue()) + "'"
                : shortened(node.toString());
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
