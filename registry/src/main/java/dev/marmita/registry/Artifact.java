package dev.marmita.registry;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A named model or service, the line on which its versions stand.
 *
 * @param labels every label and the version that it points to, {@code latest} among them
 * @param latestVersion the newest version that is there; empty before the first
 */
public record Artifact(
        ArtifactKind kind,
        String name,
        String description,
        Map<String, String> tags,
        Map<String, Integer> labels,
        OptionalInt latestVersion,
        Instant createdAt,
        String createdBy,
        Instant updatedAt) {

    public Artifact {
        Objects.requireNonNull(kind, "kind");
        tags = Map.copyOf(tags);
        labels = Map.copyOf(labels);
    }
}
