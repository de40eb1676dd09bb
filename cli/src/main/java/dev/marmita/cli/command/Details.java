package dev.marmita.cli.command;

import dev.marmita.cli.output.Terminal;
import tools.jackson.databind.JsonNode;

/** Any answer, as indented lines. */
final class Details {
    private static final int KEY_WIDTH = 14;

    private Details() {}

    static void print(Terminal terminal, JsonNode object) {
        object.properties().forEach(it -> print(terminal, it.getKey(), it.getValue(), ""));
    }

    static void print(Terminal terminal, String key, JsonNode value) {
        print(terminal, key, value, "  ");
    }

    private static void print(Terminal terminal, String key, JsonNode value, String indent) {
        boolean empty =
                value.isContainer()
                        ? value.isEmpty()
                        : value.isNull() || value.asString().isEmpty();
        if (empty) {
            return;
        }
        if (!value.isContainer()) {
            terminal.line("%s%s %s".formatted(indent, pad(key), value.asString()));
        } else if (isFlatArray(value)) {
            terminal.line(
                    "%s%s %s".formatted(indent, pad(key), dev.marmita.cli.api.Json.joined(value)));
        } else {
            terminal.line(indent + key);
            if (value.isObject()) {
                value.properties()
                        .forEach(it -> print(terminal, it.getKey(), it.getValue(), indent + "  "));
            } else {
                value.forEach(it -> printItem(terminal, it, indent + "  "));
            }
        }
    }

    private static void printItem(Terminal terminal, JsonNode item, String indent) {
        StringBuilder line = new StringBuilder(indent).append('-');
        item.properties()
                .forEach(
                        it -> {
                            String text =
                                    it.getValue().isContainer()
                                            ? it.getValue().toString()
                                            : it.getValue().asString();
                            line.append(' ').append(it.getKey()).append('=').append(text);
                        });
        terminal.line(item.isObject() ? line.toString() : indent + "- " + item.asString());
    }

    private static boolean isFlatArray(JsonNode value) {
        return value.isArray() && value.valueStream().noneMatch(JsonNode::isContainer);
    }

    private static String pad(String key) {
        return key.length() >= KEY_WIDTH ? key : key + " ".repeat(KEY_WIDTH - key.length());
    }
}
