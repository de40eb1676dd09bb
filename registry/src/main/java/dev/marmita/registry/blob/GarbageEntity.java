package dev.marmita.registry.blob;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something in the object store that is to be deleted. */
@Entity
@Table(name = "garbage")
class GarbageEntity {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    @Enumerated(EnumType.STRING)
    private Kind kind;

    private String objectKey;
    private Instant notBefore;
    private int attempts;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected GarbageEntity() {}

    GarbageEntity(Kind kind, String objectKey, Instant notBefore) {
        this.kind = kind;
        this.objectKey = objectKey;
        this.notBefore = notBefore;
    }

    enum Kind {
        OBJECT,
        MULTIPART,
        FOLDER
    }

    @Nullable Long id() {
        return id;
    }

    Kind kind() {
        return kind;
    }

    String objectKey() {
        return objectKey;
    }

    Instant notBefore() {
        return notBefore;
    }

    int attempts() {
        return attempts;
    }
}
