package dev.marmita.registry.catalog;

import dev.marmita.registry.ArtifactKind;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;

@Entity
@Table(name = "label")
class LabelEntity {

    @EmbeddedId private Key key;
    private int version;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected LabelEntity() {}

    @Embeddable
    record Key(@Enumerated(EnumType.STRING) ArtifactKind kind, String name, String label) {}

    String name() {
        return key.name();
    }

    String label() {
        return key.label();
    }

    int version() {
        return version;
    }
}
