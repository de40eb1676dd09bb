package dev.marmita.registry;

import java.util.Map;
import java.util.Set;

/**
 * What is to become a version.
 *
 * @param digest of a content that is uploaded already
 * @param metadata values of at most 16,384 characters
 * @param tags values of at most 1,024 characters
 * @param provenance values of at most 4,096 characters
 * @param labels moved to the version, whatever they pointed to; {@code latest} moves by itself and
 *     must not be among them
 */
public record VersionDraft(
        Digest digest,
        Map<String, String> metadata,
        Map<String, String> tags,
        Map<String, String> provenance,
        Set<String> labels) {

    public VersionDraft {
        metadata = Names.keyValues("metadata", metadata, 16_384);
        tags = Names.keyValues("tags", tags, 1_024);
        provenance = Names.keyValues("provenance", provenance, 4_096);
        labels = Set.copyOf(labels);
        for (String label : labels) {
            Names.label("labels", label);
            if (label.equals(Names.LATEST)) {
                throw new RegistryException.InvalidArgument(
                        "labels", "'latest' moves by itself and cannot be set");
            }
        }
    }

    /** A version that nothing is said about. */
    public static VersionDraft of(Digest digest) {
        return new VersionDraft(digest, Map.of(), Map.of(), Map.of(), Set.of());
    }
}
