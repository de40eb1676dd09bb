package dev.marmita.registry.blob;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "blob")
class BlobEntity {

    @Id private String digest;
    private long size;
    private String objectKey;
    private Instant createdAt;
    private Instant touchedAt;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected BlobEntity() {}

    BlobEntity(String digest, long size, String objectKey, Instant now) {
        this.digest = digest;
        this.size = size;
        this.objectKey = objectKey;
        this.createdAt = now;
        this.touchedAt = now;
    }

    String digest() {
        return digest;
    }

    long size() {
        return size;
    }

    String objectKey() {
        return objectKey;
    }

    Instant createdAt() {
        return createdAt;
    }

    Instant touchedAt() {
        return touchedAt;
    }
}
