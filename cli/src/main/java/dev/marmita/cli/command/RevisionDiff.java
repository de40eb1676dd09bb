package dev.marmita.cli.command;

import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Terminal;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** The differences of two revisions, one line each: what, before, after. */
record RevisionDiff(Terminal terminal) {

    void print(JsonNode diff) {
        JsonNode changes = diff.path("items");
        if (changes.isEmpty()) {
            terminal.line("no difference");
            return;
        }
        for (JsonNode change : changes) {
            terminal.line(terminal.bold(Json.text(change, "field")));
            side("-", Json.text(change, "before"), terminal::bad);
            side("+", Json.text(change, "after"), terminal::good);
        }
    }

    private void side(String sign, String value, UnaryOperator<String> colour) {
        if (!value.isEmpty()) {
            terminal.line(colour.apply("  " + sign + " " + value));
        }
    }
}
