package dev.marmita.scheduler.jpa;

import dev.marmita.scheduler.Replica;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A row of {@code replica}. */
@Entity
@Table(name = "replica")
@SuppressWarnings("NullAway.Init")
class ReplicaEntity {

    @Id String id;
    String tenant;
    String deployment;
    long revision;
    String state;
    String host;
    int port;
    Instant createdAt;
    @Nullable Instant startedAt;
    int restarts;

    @Column(columnDefinition = "text")
    String message;

    protected ReplicaEntity() {}

    ReplicaEntity(DeploymentKey key, Replica replica) {
        this.id = replica.id();
        this.tenant = key.tenant();
        this.deployment = key.name();
        this.revision = replica.revision();
        this.state = replica.state();
        this.host = replica.host();
        this.port = replica.port();
        this.createdAt = replica.createdAt();
        this.startedAt = replica.startedAt().orElse(null);
        this.restarts = replica.restarts();
        this.message = Texts.stored(replica.message());
    }

    Replica replica() {
        return new Replica(
                id,
                revision,
                state,
                host,
                port,
                createdAt,
                Optional.ofNullable(startedAt),
                restarts,
                message);
    }
}
