package dev.marmita.registry.catalog;

import dev.marmita.registry.ArtifactKind;
import dev.marmita.registry.Digest;
import dev.marmita.registry.VersionDraft;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Map;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

@Entity
@Table(name = "artifact_version")
class VersionEntity {

    @EmbeddedId private Key key;
    private String digest;
    private long size;

    @Column(columnDefinition = "text")
    private String content;

    @JdbcTypeCode(SqlTypes.JSON)
    private String metadata;

    @JdbcTypeCode(SqlTypes.JSON)
    private String tags;

    @JdbcTypeCode(SqlTypes.JSON)
    private String provenance;

    private Instant createdAt;
    private String createdBy;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected VersionEntity() {}

    VersionEntity(
            ArtifactEntity.Key artifact,
            int number,
            VersionDraft draft,
            Content content,
            String actor,
            Instant now) {
        this.key = new Key(artifact.kind(), artifact.name(), number);
        this.digest = draft.digest().toString();
        this.size = content.size();
        this.content = content.json();
        this.metadata = JsonColumns.text(draft.metadata());
        this.tags = JsonColumns.text(draft.tags());
        this.provenance = JsonColumns.text(draft.provenance());
        this.createdAt = now;
        this.createdBy = actor;
    }

    @Embeddable
    record Key(@Enumerated(EnumType.STRING) ArtifactKind kind, String name, int number) {}

    /**
     * What was found in an uploaded content.
     *
     * @param json a description or manifest
     */
    record Content(long size, String json) {}

    /** Whether a push of the draft would say the same; tags may change and don't count. */
    boolean says(VersionDraft draft) {
        return digest().equals(draft.digest())
                && metadata().equals(draft.metadata())
                && provenance().equals(draft.provenance());
    }

    String name() {
        return key.name();
    }

    int number() {
        return key.number();
    }

    Digest digest() {
        return Digest.parse(digest);
    }

    long size() {
        return size;
    }

    <T> T content(Class<T> type) {
        return JsonColumns.value(content, type);
    }

    String contentJson() {
        return content;
    }

    Map<String, String> metadata() {
        return JsonColumns.map(metadata);
    }

    Map<String, String> tags() {
        return JsonColumns.map(tags);
    }

    Map<String, String> provenance() {
        return JsonColumns.map(provenance);
    }

    Instant createdAt() {
        return createdAt;
    }

    String createdBy() {
        return createdBy;
    }
}
