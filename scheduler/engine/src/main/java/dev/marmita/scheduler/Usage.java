package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What replicas used. */
public interface Usage {

    /**
     * The life of one replica, cut to the period that was asked for.
     *
     * @param to until when it is known to have run
     * @param open whether it may go on
     */
    record Span(
            EndpointId endpoint,
            long revision,
            String replica,
            String nodePool,
            int cpuMillis,
            long memoryBytes,
            Instant from,
            Instant to,
            boolean open) {

        public Duration length() {
            return Duration.between(from, to);
        }
    }

    /** A tenant's replica time in a period, per deployment and node pool. */
    record Total(
            EndpointId endpoint,
            String nodePool,
            double replicaSeconds,
            double cpuSeconds,
            double memoryGibSeconds) {}

    /** Spans that touch {@code [from, to)}, by start, in pages of at most {@code pageSize}. */
    Page<Span> spans(
            TenantId tenant, Instant from, Instant to, int pageSize, Optional<String> pageToken);

    /** Sums over {@code [from, to)}, by deployment and pool. */
    List<Total> totals(TenantId tenant, Instant from, Instant to);
}
