package dev.marmita.scheduler.jpa;

import dev.marmita.scheduler.Revision;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of {@code revision}; never changed. */
@Entity
@Table(name = "revision")
@SuppressWarnings("NullAway.Init")
class RevisionEntity {

    @Embeddable
    record Key(
            @Column(name = "tenant") String tenant,
            @Column(name = "deployment") String deployment,
            @Column(name = "number") long number)
            implements Serializable {}

    @EmbeddedId Key key;

    @Column(columnDefinition = "text")
    String spec;

    @Column(columnDefinition = "text")
    String bundle;

    @Enumerated(EnumType.STRING)
    Revision.Cause cause;

    @Nullable Long restores;
    Instant createdAt;
    String createdBy;

    protected RevisionEntity() {}

    RevisionEntity(Key key) {
        this.key = key;
    }
}
