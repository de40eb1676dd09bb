package dev.marmita.scheduler.jpa;

import dev.marmita.scheduler.plan.Phase;
import jakarta.persistence.Column;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.time.Instant;

/** A row of {@code deployment}. Its changes are compare-and-swap statements, never dirty fields. */
@Entity
@Table(name = "deployment")
@SuppressWarnings("NullAway.Init")
class DeploymentEntity {

    @EmbeddedId DeploymentKey key;

    long generation;

    @Column(columnDefinition = "text")
    String spec;

    long revision;
    long serving;
    long failedRevision;
    boolean deleting;

    @Column(columnDefinition = "text")
    String unresolved;

    @Enumerated(EnumType.STRING)
    Phase phase;

    long observedGeneration;
    int readyReplicas;
    Instant createdAt;
    Instant updatedAt;

    protected DeploymentEntity() {}
}
