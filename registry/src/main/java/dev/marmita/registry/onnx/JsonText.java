package dev.marmita.registry.onnx;

import java.util.Collection;
import java.util.Map;

/** Writes JSON, for a process that is to start fast and load little. Not thread-safe. */
final class JsonText {

    private final StringBuilder out = new StringBuilder();

    /** Maps, collections, numbers; anything else as a string. */
    static String of(Object value) {
        JsonText text = new JsonText();
        text.value(value);
        return text.out.toString();
    }

    private void value(Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                String before = "{";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.append(before);
                    string(String.valueOf(entry.getKey()));
                    out.append(':');
                    value(entry.getValue());
                    before = ",";
                }
                out.append(map.isEmpty() ? "{}" : "}");
            }
            case Collection<?> items -> {
                String before = "[";
                for (Object item : items) {
                    out.append(before);
                    value(item);
                    before = ",";
                }
                out.append(items.isEmpty() ? "[]" : "]");
            }
            case Number number -> out.append(number);
            default -> string(value.toString());
        }
    }

    /** All but ASCII is escaped, so that no encoding between the processes matters. */
    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7F) {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        out.append('"');
    }
}
