package dev.marmita.registry.catalog;

import dev.marmita.registry.ArtifactKind;
import dev.marmita.registry.LabelMove;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "label_event")
class LabelEventEntity {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    @Enumerated(EnumType.STRING)
    private ArtifactKind kind;

    private String name;
    private String label;
    private @Nullable Integer fromVersion;
    private @Nullable Integer toVersion;
    private String actor;
    private Instant at;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected LabelEventEntity() {}

    LabelEventEntity(
            ArtifactEntity.Key artifact,
            String label,
            OptionalInt from,
            OptionalInt to,
            String actor,
            Instant at) {
        this.kind = artifact.kind();
        this.name = artifact.name();
        this.label = label;
        this.fromVersion = from.isPresent() ? from.getAsInt() : null;
        this.toVersion = to.isPresent() ? to.getAsInt() : null;
        this.actor = actor;
        this.at = at;
    }

    long id() {
        if (id == null) {
            throw new IllegalStateException("not stored yet");
        }
        return id;
    }

    LabelMove toMove() {
        return new LabelMove(
                id(), kind, name, label, optional(fromVersion), optional(toVersion), actor, at);
    }

    private static OptionalInt optional(@Nullable Integer version) {
        return version == null ? OptionalInt.empty() : OptionalInt.of(version);
    }
}
