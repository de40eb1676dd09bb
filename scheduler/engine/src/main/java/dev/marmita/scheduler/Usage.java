package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
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

    /** Into what a period is cut. */
    enum Cut {
        NONE,
        HOUR,
        DAY,
        MONTH
    }

    /**
     * What one deployment used in one pool within one step of a period; exact, as times are known to the
     * microsecond.
     *
     * @param start of the step, cut to the period
     */
    record Slice(
            EndpointId endpoint,
            String nodePool,
            Instant start,
            BigDecimal replicaSeconds,
            BigDecimal cpuMilliSeconds,
            BigDecimal memoryByteSeconds) {}

    /**
     * Use over {@code [from, to)}, by deployment, pool and step, in that order. The steps add up to the
     * whole, whatever the cut.
     *
     * @param zone whose hours, days and months they are
     */
    List<Slice> slices(TenantId tenant, Instant from, Instant to, Cut cut, ZoneId zone);

    /** Sums over {@code [from, to)}, by deployment and pool. */
    List<Total> totals(TenantId tenant, Instant from, Instant to);
}
