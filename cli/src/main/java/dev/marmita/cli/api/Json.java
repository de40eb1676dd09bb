package dev.marmita.cli.api;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON as trees: a client that names only the fields it shows is not broken by new ones. */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final ObjectMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** @throws JacksonException when the text is not JSON */
    public static JsonNode parse(byte[] text) {
        return MAPPER.readTree(text);
    }

    public static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    public static String pretty(JsonNode node) {
        return PRETTY.writeValueAsString(node);
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static JsonNode of(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** The text of a field at a path; empty where there is none. */
    public static String text(JsonNode node, String... path) {
        JsonNode at = node;
        for (String name : path) {
            at = at.path(name);
        }
        return at.isMissingNode() || at.isNull() || at.isContainer() ? "" : at.asString();
    }

    public static List<JsonNode> items(JsonNode array) {
        List<JsonNode> items = new ArrayList<>();
        array.forEach(items::add);
        return items;
    }

    /** The elements of an array of strings, as text. */
    public static String joined(JsonNode array) {
        return String.join(", ", items(array).stream().map(JsonNode::asString).toList());
    }

    /** The entries of an object of strings, as {@code k=v}. */
    public static String pairs(JsonNode object) {
        List<String> pairs = new ArrayList<>();
        Iterator<Map.Entry<String, JsonNode>> entries = object.properties().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, JsonNode> entry = entries.next();
            pairs.add(entry.getKey() + "=" + entry.getValue().asString());
        }
        return String.join(", ", pairs);
    }
}
