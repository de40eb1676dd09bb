package dev.marmita.cli.demo;

import dev.marmita.cli.api.Answer;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Table;
import dev.marmita.cli.output.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What was read on one document, for people. */
record DocumentReport(Terminal terminal) {
    private static final int TEXT_LINES = 12;
    private static final int TEXT_WIDTH = 90;
    private static final int VALUE_WIDTH = 60;

    void print(Path document, Answer answer) {
        JsonNode read = answer.json();
        List<JsonNode> lines =
                Json.items(read.path("pages")).stream()
                        .flatMap(page -> Json.items(page.path("lines")).stream())
                        .toList();
        terminal.line();
        terminal.line(
                terminal.bold(
                        "── %s ── %d page(s), %d lines"
                                .formatted(
                                        document.getFileName(),
                                        read.path("pages").size(),
                                        lines.size())));
        metadata(read.path("metadata"));
        fields(read.path("fields"));
        technical(read.path("technical"));
        text(lines);
        terminal.line();
    }

    private void metadata(JsonNode metadata) {
        Table table = new Table("METADATA", "STATUS", "CONFIDENCE", "VALUE");
        for (JsonNode field : metadata.path("fields")) {
            boolean missing = Json.text(field, "status").equals("missing");
            table.row(
                    name(field),
                    Json.text(field, "status"),
                    missing ? "" : confidence(field.path("confidence")),
                    missing ? Json.text(field, "explanation") : Json.text(field, "value"));
        }
        indented(table);
    }

    private void fields(JsonNode fields) {
        if (fields.isEmpty()) {
            return;
        }
        Table table = new Table("FIELD", "CONFIDENCE", "VALUE");
        fields.properties()
                .forEach(
                        it ->
                                table.row(
                                        it.getKey(),
                                        confidence(it.getValue().path("confidence")),
                                        Json.text(it.getValue(), "value")));
        indented(table);
    }

    private void technical(JsonNode technical) {
        if (technical.path("checks").isEmpty()) {
            return;
        }
        Table table = new Table("TECHNICAL CHECK", "OK", "REQUIRED", "FOUND", "NOTE");
        for (JsonNode check : technical.path("checks")) {
            table.row(
                    name(check),
                    verdict(check.path("ok")),
                    Json.text(check, "required"),
                    Json.text(check, "found"),
                    check.path("ok").asBoolean(false) ? "" : Json.text(check, "explanation"));
        }
        indented(table);
    }

    /** Some checks cannot be decided without knowing the original. */
    private static String verdict(JsonNode ok) {
        return ok.isBoolean() ? ok.asBoolean() ? "yes" : "no" : "open";
    }

    private static String name(JsonNode item) {
        String label = Json.text(item, "label");
        return label.isEmpty() ? Json.text(item, "name") : label;
    }

    private void text(List<JsonNode> lines) {
        terminal.line(terminal.bold("  TEXT"));
        lines.stream()
                .limit(TEXT_LINES)
                .forEach(
                        it ->
                                terminal.line(
                                        "  %s  %s"
                                                .formatted(
                                                        confidence(it.path("confidence")),
                                                        cut(Json.text(it, "text"), TEXT_WIDTH))));
        if (lines.size() > TEXT_LINES) {
            terminal.line("  … and %d more lines".formatted(lines.size() - TEXT_LINES));
        }
    }

    private void indented(Table table) {
        List<String> lines = table.lines();
        terminal.line("  " + terminal.bold(lines.getFirst()));
        lines.stream()
                .skip(1)
                .forEach(it -> terminal.line("  " + cut(it, TEXT_WIDTH + VALUE_WIDTH)));
    }

    private static String confidence(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%.2f", value.asDouble()) : "";
    }

    private static String cut(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 1) + "…";
    }
}
