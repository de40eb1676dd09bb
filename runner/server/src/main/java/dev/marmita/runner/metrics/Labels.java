package dev.marmita.runner.metrics;

import java.util.Map;
import java.util.TreeMap;

/** Labels of a series, in the order of their names. */
record Labels(Map<String, String> values) {

    Labels {
        values = new TreeMap<>(values);
    }

    Labels and(Labels more) {
        Map<String, String> all = new TreeMap<>(values);
        all.putAll(more.values);
        return new Labels(all);
    }

    Labels and(String name, String value) {
        return and(new Labels(Map.of(name, value)));
    }

    String text() {
        if (values.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("{");
        values.forEach(
                (name, value) -> {
                    text.append(text.length() == 1 ? "" : ",").append(name).append("=\"");
                    for (int i = 0; i < value.length(); i++) {
                        char c = value.charAt(i);
                        switch (c) {
                            case '\\' -> text.append("\\\\");
                            case '"' -> text.append("\\\"");
                            case '\n' -> text.append("\\n");
                            default -> text.append(c);
                        }
                    }
                    text.append('"');
                });
        return text.append('}').toString();
    }
}
