package dev.marmita.platform.artifacts;

import dev.marmita.registry.Digest;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What callers say about models and services. */
final class ArtifactRequests {

    private ArtifactRequests() {}

    record CreateArtifactRequest(
            @NotNull String name,
            @Nullable String description,
            @Nullable Map<String, String> tags) {}

    /** What is absent stays as it is. */
    record ChangeArtifactRequest(
            @Nullable String description, @Nullable Map<String, String> tags) {}

    /**
     * @param digest of an uploaded content
     * @param labels moved to the new version
     */
    record PublishRequest(
            @NotNull Digest digest,
            @Nullable Map<String, String> metadata,
            @Nullable Map<String, String> tags,
            @Nullable Map<String, String> provenance,
            @Nullable Set<String> labels) {}

    record ChangeVersionRequest(@NotNull Map<String, String> tags) {}

    /**
     * @param version where it shall point
     * @param expected where it points now; null: nowhere; absent: wherever it points
     */
    record MoveLabelRequest(@NotNull @Min(1) Integer version, @Nullable JsonNode expected) {}

    static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return Optional.ofNullable(map).orElse(Map.of());
    }
}
