package dev.marmita.cli.command;

import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Terminal;
import tools.jackson.databind.JsonNode;

/** The differences of two revisions, one line each: what, before, after. */
record RevisionDiff(Terminal terminal) {

    void print(JsonNode diff) {
        JsonNode changes = diff.isArray() ? diff : diff.path("changes");
        if (changes.isEmpty()) {
            terminal.line("no difference");
            return;
        }
        for (JsonNode change : changes) {
            String path = Json.text(change, "path");
            terminal.line(terminal.bold(path.isEmpty() ? Json.text(change, "field") : path));
            side("-", change.path("from"), terminal::bad);
            side("+", change.path("to"), terminal::good);
        }
    }

    private void side(
            String sign, JsonNode value, java.util.function.UnaryOperator<String> colour) {
        if (!value.isMissingNode() && !value.isNull()) {
            terminal.line(
                    colour.apply(
                            "  "
                                    + sign
                                    + " "
                                    + (value.isContainer() ? value.toString() : value.asString())));
        }
    }
}
