package dev.marmita.registry;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A version of a model.
 *
 * @param description what the ONNX file says about itself
 */
public record ModelVersion(
        String name,
        int version,
        Digest digest,
        long size,
        ModelDescription description,
        Map<String, String> metadata,
        Map<String, String> tags,
        Map<String, String> provenance,
        Instant createdAt,
        String createdBy,
        List<String> labels)
        implements Version {

    public ModelVersion {
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(description, "description");
        metadata = Map.copyOf(metadata);
        tags = Map.copyOf(tags);
        provenance = Map.copyOf(provenance);
        labels = List.copyOf(labels);
    }
}
