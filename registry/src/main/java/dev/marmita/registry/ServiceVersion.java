package dev.marmita.registry;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A version of a service.
 *
 * @param manifest what the bundle's {@code service.yaml} says
 */
public record ServiceVersion(
        String name,
        int version,
        Digest digest,
        long size,
        ServiceManifest manifest,
        Map<String, String> metadata,
        Map<String, String> tags,
        Map<String, String> provenance,
        Instant createdAt,
        String createdBy,
        List<String> labels)
        implements Version {

    public ServiceVersion {
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(manifest, "manifest");
        metadata = Map.copyOf(metadata);
        tags = Map.copyOf(tags);
        provenance = Map.copyOf(provenance);
        labels = List.copyOf(labels);
    }
}
