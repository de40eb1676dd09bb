package dev.marmita.registry.catalog;

import dev.marmita.registry.Artifact;
import dev.marmita.registry.ArtifactKind;
import dev.marmita.registry.ArtifactRef;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

@Entity
@Table(name = "artifact")
class ArtifactEntity {

    @EmbeddedId private Key key;
    private String description;

    @JdbcTypeCode(SqlTypes.JSON)
    private String tags;

    private int nextVersion;
    private boolean deleted;
    private Instant createdAt;
    private String createdBy;
    private Instant updatedAt;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected ArtifactEntity() {}

    @Embeddable
    record Key(@Enumerated(EnumType.STRING) ArtifactKind kind, String name) {

        @Override
        public String toString() {
            return kind.word() + " " + name;
        }
    }

    Artifact toArtifact(Map<String, Integer> labels) {
        Integer latest = labels.get(ArtifactRef.LATEST);
        return new Artifact(
                key.kind(),
                key.name(),
                description,
                JsonColumns.map(tags),
                labels,
                latest == null ? OptionalInt.empty() : OptionalInt.of(latest),
                createdAt,
                createdBy,
                updatedAt);
    }

    Key key() {
        return key;
    }

    int nextVersion() {
        return nextVersion;
    }

    boolean deleted() {
        return deleted;
    }
}
