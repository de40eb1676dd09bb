package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Table;
import dev.marmita.cli.output.Terminal;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The labels of one model or service. */
record Labels(Api api, Terminal terminal, ArtifactKind kind, String name) {

    void list(boolean json) {
        JsonNode labels = api.get(Api.path(kind.path, name)).path("labels");
        if (json) {
            terminal.line(Json.pretty(labels));
            return;
        }
        Table table = new Table("LABEL", "VERSION");
        labels.properties().forEach(it -> table.row(it.getKey(), it.getValue().asString()));
        table.print(terminal);
    }

    /** @param expected compare and swap: 0 means that the label must not be set yet */
    void move(String label, int version, Optional<Integer> expected) {
        ObjectNode move = Json.object().put("version", version);
        expected.ifPresent(
                it -> {
                    if (it == 0) {
                        move.putNull("expected");
                    } else {
                        move.put("expected", it);
                    }
                });
        api.put(Api.path(kind.path, name, "labels", label), move);
        terminal.line("%s:%s is version %d".formatted(name, label, version));
    }

    void delete(String label) {
        api.delete(Api.path(kind.path, name, "labels", label));
        terminal.line("%s:%s is removed".formatted(name, label));
    }

    void history(String label, boolean json) {
        List<JsonNode> moves = api.list(Api.path(kind.path, name, "labels", label, "history"));
        if (json) {
            terminal.line(Json.pretty(Json.of(moves)));
            return;
        }
        Table table = new Table("AT", "FROM", "TO", "BY");
        for (JsonNode move : moves) {
            table.row(
                    Times.local(Json.text(move, "at")),
                    Json.text(move, "from"),
                    Json.text(move, "to"),
                    Json.text(move, "actor"));
        }
        table.print(terminal);
    }
}
