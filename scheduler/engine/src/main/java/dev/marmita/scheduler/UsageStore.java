package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Where the use of replicas is kept: one row for each, whose end only moves forward. */
public interface UsageStore extends Usage {

    /** A replica's life as far as it is known. */
    record Checkpoint(
            EndpointId endpoint,
            long revision,
            String replica,
            String nodePool,
            int cpuMillis,
            long memoryBytes,
            Instant from,
            Instant to,
            boolean open) {}

    /** Writes them all, or none. Idempotent; a later end wins, a closed row stays closed. */
    void write(List<Checkpoint> checkpoints);

    /** Closes the open rows of all other replicas where they stand. */
    void closeAllBut(Set<String> replicas);
}
