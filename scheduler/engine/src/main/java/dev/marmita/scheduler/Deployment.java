package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.spec.DeploymentSpec;
import java.time.Instant;
import java.util.Objects;

/**
 * A tenant's declared desired state.
 *
 * @param generation 1 at first, grows with every change of the specification and every new revision;
 *     the value for {@code If-Match}
 * @param revision number of the newest revision
 * @param deleting whether it is being taken down
 */
public record Deployment(
        EndpointId endpoint,
        long generation,
        DeploymentSpec spec,
        long revision,
        boolean deleting,
        Instant createdAt,
        Instant updatedAt,
        DeploymentStatus status) {
    public Deployment {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(status, "status");
    }
}
