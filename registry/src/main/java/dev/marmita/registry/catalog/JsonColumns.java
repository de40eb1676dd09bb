package dev.marmita.registry.catalog;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Values in columns of JSON. */
final class JsonColumns {

    private static final TypeReference<Map<String, String>> STRINGS = new TypeReference<>() {};

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private JsonColumns() {}

    static String text(Map<String, String> map) {
        return JSON.writeValueAsString(new TreeMap<>(map));
    }

    static Map<String, String> map(String text) {
        return JSON.readValue(text, STRINGS);
    }

    static String json(Object value) {
        return JSON.writeValueAsString(value);
    }

    static <T> T value(String text, Class<T> type) {
        return JSON.readValue(text, type);
    }
}
