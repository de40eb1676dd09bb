package dev.marmita.scheduler.jpa;

import dev.marmita.scheduler.Event;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of {@code deployment_event}. */
@Entity
@Table(name = "deployment_event")
@SuppressWarnings("NullAway.Init")
class EventEntity {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    @Nullable Long id;

    String tenant;
    String deployment;
    Instant at;
    long revision;
    String replica;
    String reason;

    @Column(columnDefinition = "text")
    String message;

    protected EventEntity() {}

    EventEntity(DeploymentKey key, Event event) {
        this.tenant = key.tenant();
        this.deployment = key.name();
        this.at = event.at();
        this.revision = event.revision();
        this.replica = event.replica();
        this.reason = event.reason();
        this.message = Texts.stored(event.message());
    }

    Event event() {
        return new Event(at, revision, replica, reason, message);
    }
}
