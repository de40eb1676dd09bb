package dev.marmita.platform.deployments;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.marmita.scheduler.Condition;
import dev.marmita.scheduler.Deployment;
import dev.marmita.scheduler.DeploymentStatus;
import dev.marmita.scheduler.Event;
import dev.marmita.scheduler.Replica;
import dev.marmita.scheduler.Revision;
import dev.marmita.scheduler.spec.Bundle;
import dev.marmita.scheduler.spec.SpecJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Deployments on the wire. */
final class DeploymentResponses {

    private DeploymentResponses() {}

    /**
     * @param generation also the entity tag
     * @param spec as it was put, with every default filled in
     * @param endpoint URL of the tenant's requests
     */
    record DeploymentResponse(
            String tenant,
            String name,
            long generation,
            Map<String, Object> spec,
            long revision,
            String endpoint,
            boolean deleting,
            Instant createdAt,
            Instant updatedAt,
            StatusResponse status) {
        static DeploymentResponse of(Deployment deployment, EndpointUrls urls) {
            return new DeploymentResponse(
                    deployment.endpoint().tenant().value(),
                    deployment.endpoint().deployment().value(),
                    deployment.generation(),
                    SpecJson.tree(deployment.spec()),
                    deployment.revision(),
                    urls.of(deployment.endpoint()),
                    deployment.deleting(),
                    deployment.createdAt(),
                    deployment.updatedAt(),
                    StatusResponse.of(deployment.status()));
        }
    }

    record StatusResponse(
            String phase,
            long observedGeneration,
            long servingRevision,
            int readyReplicas,
            List<ConditionResponse> conditions,
            List<ReplicaResponse> replicas) {
        static StatusResponse of(DeploymentStatus status) {
            return new StatusResponse(
                    status.phase().text(),
                    status.observedGeneration(),
                    status.servingRevision(),
                    status.readyReplicas(),
                    status.conditions().stream().map(ConditionResponse::of).toList(),
                    status.replicas().stream().map(ReplicaResponse::of).toList());
        }
    }

    record ConditionResponse(
            String type, boolean status, String reason, String message, Instant since) {
        static ConditionResponse of(Condition condition) {
            return new ConditionResponse(
                    condition.type().text(),
                    condition.status(),
                    condition.reason(),
                    condition.message(),
                    condition.since());
        }
    }

    record ReplicaResponse(
            String id,
            long revision,
            String state,
            String host,
            int port,
            Instant createdAt,
            @Nullable Instant startedAt,
            int restarts,
            String message) {
        static ReplicaResponse of(Replica replica) {
            return new ReplicaResponse(
                    replica.id(),
                    replica.revision(),
                    replica.state(),
                    replica.host(),
                    replica.port(),
                    replica.createdAt(),
                    replica.startedAt().orElse(null),
                    replica.restarts(),
                    replica.message());
        }
    }

    /**
     * @param restores the revision that a roll-back brought back; else absent
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RevisionResponse(
            long number,
            Map<String, Object> spec,
            VersionResponse service,
            Map<String, VersionResponse> models,
            String cause,
            @Nullable Long restores,
            Instant createdAt,
            String createdBy) {
        static RevisionResponse of(Revision revision) {
            Map<String, VersionResponse> models = new TreeMap<>();
            revision.bundle()
                    .models()
                    .forEach((slot, model) -> models.put(slot, VersionResponse.of(model)));
            return new RevisionResponse(
                    revision.number(),
                    SpecJson.tree(revision.spec()),
                    VersionResponse.of(revision.bundle().service()),
                    models,
                    revision.cause().text(),
                    revision.restores().isPresent() ? revision.restores().getAsLong() : null,
                    revision.createdAt(),
                    revision.createdBy());
        }
    }

    record VersionResponse(String name, long version, String digest) {
        static VersionResponse of(Bundle.Artifact artifact) {
            return new VersionResponse(artifact.name(), artifact.version(), artifact.digest());
        }
    }

    record ChangeResponse(String field, String before, String after) {
        static ChangeResponse of(Revision.Change change) {
            return new ChangeResponse(change.field(), change.before(), change.after());
        }
    }

    record EventResponse(Instant at, long revision, String replica, String reason, String message) {
        static EventResponse of(Event event) {
            return new EventResponse(
                    event.at(), event.revision(), event.replica(), event.reason(), event.message());
        }
    }
}
