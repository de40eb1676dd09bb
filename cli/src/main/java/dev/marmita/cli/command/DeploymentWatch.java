package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Progress;
import dev.marmita.cli.output.Terminal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** Follows a deployment's conditions. */
public final class DeploymentWatch {
    private static final Duration POLL = Duration.ofMillis(300);

    private final Api api;
    private final Terminal terminal;
    private final EndpointName endpoint;
    private final Map<String, String> seen = new HashMap<>();

    public DeploymentWatch(Api api, Terminal terminal, EndpointName endpoint) {
        this.api = api;
        this.terminal = terminal;
        this.endpoint = endpoint;
    }

    /**
     * Waits until the newest specification can be answered for (for an on-demand deployment: also asleep).
     *
     * @throws CommandException when it failed for good or the time is over
     */
    public JsonNode awaitReady(Duration timeout) throws InterruptedException {
        return await("%s is rolled out".formatted(endpoint), timeout, DeploymentWatch::isRolledOut);
    }

    /** Waits until the deployment is as wanted, showing every change of its conditions. */
    public JsonNode await(String goal, Duration timeout, Predicate<JsonNode> wanted)
            throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try (Progress progress = Progress.start(terminal, goal)) {
            while (true) {
                JsonNode deployment = api.get(endpoint.path());
                show(deployment, progress);
                if (wanted.test(deployment)) {
                    progress.done("");
                    return deployment;
                }
                String failure = failure(deployment);
                if (!failure.isEmpty()) {
                    throw new CommandException(endpoint + " failed: " + failure);
                }
                if (System.nanoTime() > deadline) {
                    throw new CommandException(
                            "%s: not yet after %s; it goes on by itself. 'marmita deployment show %s' and 'marmita deployment logs %s' tell more."
                                    .formatted(
                                            goal, Progress.seconds(timeout), endpoint, endpoint));
                }
                Thread.sleep(POLL);
            }
        }
    }

    private void show(JsonNode deployment, Progress progress) {
        JsonNode status = deployment.path("status");
        progress.detail(
                "%s, %s ready"
                        .formatted(Json.text(status, "phase"), Json.text(status, "readyReplicas")));
        for (JsonNode condition : status.path("conditions")) {
            String type = Json.text(condition, "type");
            String text =
                    "%s=%s %s%s"
                            .formatted(
                                    type,
                                    Json.text(condition, "status"),
                                    Json.text(condition, "reason"),
                                    Json.text(condition, "message").isEmpty()
                                            ? ""
                                            : ": " + Json.text(condition, "message"));
            if (!text.equals(seen.put(type, text))) {
                terminal.note("  " + text);
            }
        }
    }

    /** The newest generation was seen, and is ready (or sleeps, ready to be woken) with nothing under way. */
    static boolean isRolledOut(JsonNode deployment) {
        JsonNode status = deployment.path("status");
        boolean current =
                !status.has("observedGeneration")
                        || status.path("observedGeneration").asLong()
                                >= deployment.path("generation").asLong();
        return current
                && holds(status, "Ready", false)
                && !holds(status, "Progressing", false)
                && (holds(status, "Resolved", true));
    }

    private static boolean holds(JsonNode status, String type, boolean absent) {
        for (JsonNode condition : status.path("conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return Json.text(condition, "status").equalsIgnoreCase("true");
            }
        }
        return absent;
    }

    private static String failure(JsonNode deployment) {
        JsonNode status = deployment.path("status");
        if (!Json.text(status, "phase").equalsIgnoreCase("failed")) {
            return "";
        }
        for (JsonNode condition : status.path("conditions")) {
            if (!Json.text(condition, "status").equalsIgnoreCase("true")
                    && !Json.text(condition, "message").isEmpty()) {
                return "%s: %s"
                        .formatted(Json.text(condition, "reason"), Json.text(condition, "message"));
            }
        }
        return "see its conditions";
    }
}
