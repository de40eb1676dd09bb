package dev.marmita.cli.evaluate;

import java.util.List;
import java.util.Map;

/**
 * What is, or was read, on one document.
 *
 * @param fields by name: company, date, …; empty texts are not there
 */
record Page(List<Line> lines, Map<String, String> fields) {
    static final Page EMPTY = new Page(List.of(), Map.of());

    Page {
        lines = List.copyOf(lines);
        fields = Map.copyOf(fields);
    }
}
