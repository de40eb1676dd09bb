package dev.marmita.cli.command;

import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Table;
import dev.marmita.cli.output.Terminal;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Shows tokens. */
final class Tokens {
    private Tokens() {}

    /** The text alone on standard output, so that a script can take it. */
    static int show(Terminal terminal, JsonNode token, String owner, boolean json) {
        if (json) {
            terminal.line(Json.pretty(token));
        } else {
            terminal.note(
                    "token %s of %s; it is shown only now:"
                            .formatted(Json.text(token, "id"), owner));
            terminal.line(Json.text(token, "token"));
        }
        return ExitCode.OK;
    }

    static int list(Terminal terminal, List<JsonNode> tokens, boolean json) {
        if (json) {
            terminal.line(Json.pretty(Json.of(tokens)));
            return ExitCode.OK;
        }
        Table table =
                new Table(
                        "ID",
                        "NAME",
                        "SCOPES",
                        "DEPLOYMENTS",
                        "CREATED",
                        "EXPIRES",
                        "REVOKED",
                        "LAST USED");
        for (JsonNode token : tokens) {
            table.row(
                    Json.text(token, "id"),
                    Json.text(token, "name"),
                    Json.joined(token.path("scopes")),
                    token.path("deployments").isEmpty()
                            ? "all"
                            : Json.joined(token.path("deployments")),
                    Times.local(Json.text(token, "createdAt")),
                    Times.local(Json.text(token, "expiresAt")),
                    Times.local(Json.text(token, "revokedAt")),
                    Times.local(Json.text(token, "lastUsedAt")));
        }
        table.print(terminal);
        return ExitCode.OK;
    }
}
