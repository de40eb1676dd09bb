package dev.marmita.scheduler.jpa;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.Usage;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A row of {@code usage_span}. */
@Entity
@Table(name = "usage_span")
@SuppressWarnings("NullAway.Init")
class UsageEntity {

    @Id String replica;
    String tenant;
    String deployment;
    long revision;
    String nodePool;
    int cpuMillis;
    long memoryBytes;
    Instant startedAt;
    Instant until;

    @Column(name = "is_open")
    boolean open;

    protected UsageEntity() {}

    /** Cut to the period. */
    Usage.Span span(Instant from, Instant to) {
        return new Usage.Span(
                EndpointId.of(tenant, deployment),
                revision,
                replica,
                nodePool,
                cpuMillis,
                memoryBytes,
                startedAt.isBefore(from) ? from : startedAt,
                until.isAfter(to) ? to : until,
                open);
    }
}
