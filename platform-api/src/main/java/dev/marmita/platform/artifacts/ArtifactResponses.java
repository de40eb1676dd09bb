package dev.marmita.platform.artifacts;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.marmita.platform.web.PageResponse;
import dev.marmita.registry.Artifact;
import dev.marmita.registry.LabelMove;
import dev.marmita.registry.ModelVersion;
import dev.marmita.registry.Page;
import dev.marmita.registry.ServiceVersion;
import dev.marmita.registry.Signature;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Models and services on the wire. */
final class ArtifactResponses {

    private ArtifactResponses() {}

    /**
     * A model or a service.
     *
     * @param labels where each points
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ArtifactResponse(
            String name,
            String description,
            Map<String, String> tags,
            Map<String, Integer> labels,
            @Nullable Integer latestVersion,
            Instant createdAt,
            String createdBy,
            Instant updatedAt) {
        static ArtifactResponse of(Artifact artifact) {
            return new ArtifactResponse(
                    artifact.name(),
                    artifact.description(),
                    artifact.tags(),
                    artifact.labels(),
                    orNull(artifact.latestVersion()),
                    artifact.createdAt(),
                    artifact.createdBy(),
                    artifact.updatedAt());
        }
    }

    record ModelVersionResponse(
            String name,
            int version,
            String digest,
            long size,
            Signature signature,
            long opset,
            Map<String, Long> opsets,
            long irVersion,
            String producer,
            Map<String, String> modelMetadata,
            Map<String, String> metadata,
            Map<String, String> tags,
            Map<String, String> provenance,
            Instant createdAt,
            String createdBy,
            List<String> labels) {
        static ModelVersionResponse of(ModelVersion version) {
            return new ModelVersionResponse(
                    version.name(),
                    version.version(),
                    version.digest().toString(),
                    version.size(),
                    version.description().signature(),
                    version.description().opset(),
                    version.description().opsets(),
                    version.description().irVersion(),
                    version.description().producer(),
                    version.description().metadata(),
                    version.metadata(),
                    version.tags(),
                    version.provenance(),
                    version.createdAt(),
                    version.createdBy(),
                    version.labels());
        }
    }

    record ServiceVersionResponse(
            String name,
            int version,
            String digest,
            long size,
            ManifestResponse manifest,
            Map<String, String> metadata,
            Map<String, String> tags,
            Map<String, String> provenance,
            Instant createdAt,
            String createdBy,
            List<String> labels) {
        static ServiceVersionResponse of(ServiceVersion version) {
            return new ServiceVersionResponse(
                    version.name(),
                    version.version(),
                    version.digest().toString(),
                    version.size(),
                    ManifestResponse.of(version),
                    version.metadata(),
                    version.tags(),
                    version.provenance(),
                    version.createdAt(),
                    version.createdBy(),
                    version.labels());
        }
    }

    /**
     * What the bundle's {@code service.yaml} says.
     *
     * @param models the slots
     */
    record ManifestResponse(
            String name, String className, String description, Map<String, SlotResponse> models) {
        static ManifestResponse of(ServiceVersion version) {
            var slots = new java.util.TreeMap<String, SlotResponse>();
            version.manifest()
                    .slots()
                    .forEach(
                            (slot, model) ->
                                    slots.put(
                                            slot,
                                            new SlotResponse(
                                                    model.description(), model.optional())));
            return new ManifestResponse(
                    version.manifest().name(),
                    version.manifest().className(),
                    version.manifest().description(),
                    slots);
        }
    }

    record SlotResponse(String description, boolean optional) {}

    record LabelResponse(String label, int version) {}

    /** A move of a label; {@code from} or {@code to} is absent where it was not set. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record LabelMoveResponse(
            String label, @Nullable Integer from, @Nullable Integer to, String actor, Instant at) {
        static LabelMoveResponse of(LabelMove move) {
            return new LabelMoveResponse(
                    move.label(), orNull(move.from()), orNull(move.to()), move.actor(), move.at());
        }
    }

    static <T, R> PageResponse<R> page(Page<T> page, Function<T, R> form) {
        return new PageResponse<>(
                page.items().stream().map(form).toList(), page.nextPageToken().orElse(null));
    }

    private static @Nullable Integer orNull(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }
}
