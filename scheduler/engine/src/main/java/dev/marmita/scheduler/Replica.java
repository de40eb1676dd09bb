package dev.marmita.scheduler;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A running runner, as last seen.
 *
 * @param state {@code Pending}, {@code Starting}, {@code Ready}, {@code Unready}, {@code Draining},
 *     {@code Stopping} or {@code Ended}
 * @param host empty until known
 * @param port 0 until known
 * @param restarts failed replicas of the revision before it
 * @param message why it does not work; empty where it does
 */
public record Replica(
        String id,
        long revision,
        String state,
        String host,
        int port,
        Instant createdAt,
        Optional<Instant> startedAt,
        int restarts,
        String message) {
    public Replica {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(createdAt, "createdAt");
    }
}
