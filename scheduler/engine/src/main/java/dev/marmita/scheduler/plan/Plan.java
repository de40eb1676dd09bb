package dev.marmita.scheduler.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What to do, and how it looks.
 *
 * @param route what gateways shall know; empty: that there is no such endpoint
 * @param checkAfter when to plan again though nothing happened
 */
public record Plan(
        List<Action> actions, Optional<RoutePlan> route, Verdict verdict, Duration checkAfter) {

    public Plan {
        actions = List.copyOf(actions);
    }

    /** As in {@code dev.marmita.routing.Route}. */
    public record RoutePlan(boolean wakes, String reason, List<Share> shares) {
        public RoutePlan {
            shares = List.copyOf(shares);
        }
    }

    /** A revision's part of the traffic, and its ready replicas. */
    public record Share(long revision, int weight, List<String> replicas) {
        public Share {
            replicas = List.copyOf(replicas);
        }
    }

    /** A condition but for its time. */
    public record Finding(boolean status, String reason, String message) {}

    /** How the deployment is. */
    public record Verdict(Phase phase, Finding ready, Finding progressing, int readyReplicas) {}
}
