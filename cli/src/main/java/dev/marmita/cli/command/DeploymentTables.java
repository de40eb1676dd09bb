package dev.marmita.cli.command;

import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Table;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What the platform tells of deployments, as tables. */
final class DeploymentTables {
    private DeploymentTables() {}

    static Table deployments(Iterable<JsonNode> deployments) {
        Table table =
                new Table(
                        "DEPLOYMENT", "PHASE", "READY", "REVISION", "MODE", "SERVICE", "ENDPOINT");
        for (JsonNode it : deployments) {
            table.row(
                    Json.text(it, "tenant") + "/" + Json.text(it, "name"),
                    Json.text(it, "status", "phase"),
                    Json.text(it, "status", "readyReplicas"),
                    Json.text(it, "revision"),
                    Json.text(it, "spec", "mode"),
                    Json.text(it, "spec", "service"),
                    Json.text(it, "endpoint"));
        }
        return table;
    }

    static Table revisions(Iterable<JsonNode> revisions) {
        Table table = new Table("REVISION", "CREATED", "BY", "CAUSE", "SERVICE", "MODELS");
        for (JsonNode it : revisions) {
            String restores = Json.text(it, "restores");
            table.row(
                    Json.text(it, "number"),
                    Times.local(Json.text(it, "createdAt")),
                    Json.text(it, "createdBy"),
                    Json.text(it, "cause") + (restores.isEmpty() ? "" : " to " + restores),
                    version(it.path("service")),
                    models(it.path("models")));
        }
        return table;
    }

    static Table replicas(Iterable<JsonNode> replicas) {
        Table table =
                new Table(
                        "REPLICA",
                        "REVISION",
                        "STATE",
                        "ADDRESS",
                        "STARTED",
                        "RESTARTS",
                        "MESSAGE");
        for (JsonNode it : replicas) {
            String host = Json.text(it, "host");
            table.row(
                    Json.text(it, "id"),
                    Json.text(it, "revision"),
                    Json.text(it, "state"),
                    host.isEmpty() ? "" : host + ":" + Json.text(it, "port"),
                    Times.local(Json.text(it, "startedAt")),
                    Json.text(it, "restarts"),
                    Json.text(it, "message"));
        }
        return table;
    }

    static Table events(Iterable<JsonNode> events) {
        Table table = new Table("AT", "REVISION", "REPLICA", "REASON", "MESSAGE");
        for (JsonNode it : events) {
            table.row(
                    Times.local(Json.text(it, "at")),
                    Json.text(it, "revision"),
                    Json.text(it, "replica"),
                    Json.text(it, "reason"),
                    Json.text(it, "message"));
        }
        return table;
    }

    private static String version(JsonNode artifact) {
        return Json.text(artifact, "name") + "@" + Json.text(artifact, "version");
    }

    private static String models(JsonNode slots) {
        return slots.properties().stream()
                .map(it -> it.getKey() + "=" + version(it.getValue()))
                .collect(Collectors.joining(", "));
    }
}
