package dev.marmita.registry.blob;

import dev.marmita.registry.Digest;
import dev.marmita.registry.Upload;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An upload as it was when read; changed by {@link UploadRepository}'s statements only. */
@Entity
@Table(name = "upload")
class UploadEntity {

    @Id private UUID id;
    private String digest;
    private long size;
    private String objectKey;

    @Enumerated(EnumType.STRING)
    private Upload.State state;

    private int partSize;
    private @Nullable String multipartId;
    private long partBytes;
    private int tailBytes;
    private boolean direct;
    private String createdBy;
    private Instant createdAt;
    private Instant writtenAt;
    private Instant expiresAt;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected UploadEntity() {}

    UploadEntity(
            Digest digest,
            long size,
            Upload.State state,
            int partSize,
            String actor,
            Instant now,
            Duration expiry) {
        this.id = UUID.randomUUID();
        this.digest = digest.toString();
        this.size = size;
        this.objectKey = Keys.blob(digest, id);
        this.state = state;
        this.partSize = partSize;
        this.partBytes = state == Upload.State.COMPLETE ? size : 0;
        this.createdBy = actor;
        this.createdAt = now;
        this.writtenAt = now;
        this.expiresAt = now.plus(expiry);
    }

    Upload toUpload() {
        return new Upload(id, digest(), size, offset(), state, expiresAt);
    }

    /** Bytes that are safe: in parts, and in the tail behind them. */
    long offset() {
        return partBytes + tailBytes;
    }

    boolean isComplete() {
        return state == Upload.State.COMPLETE;
    }

    /** How many bytes the next part takes: all of a part, or what is left. */
    int nextPartSize() {
        return (int) Math.min(partSize, size - partBytes);
    }

    int nextPartNumber() {
        return Math.toIntExact(partBytes / partSize) + 1;
    }

    String tailKey() {
        return Keys.tail(id, offset());
    }

    UUID id() {
        return id;
    }

    Digest digest() {
        return Digest.parse(digest);
    }

    long size() {
        return size;
    }

    String objectKey() {
        return objectKey;
    }

    @Nullable String multipartId() {
        return multipartId;
    }

    long partBytes() {
        return partBytes;
    }

    int tailBytes() {
        return tailBytes;
    }

    boolean direct() {
        return direct;
    }

    String createdBy() {
        return createdBy;
    }

    Instant createdAt() {
        return createdAt;
    }

    Instant writtenAt() {
        return writtenAt;
    }
}
