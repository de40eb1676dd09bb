package dev.marmita.access;

import dev.marmita.routing.Access;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import java.util.Objects;
import java.util.Optional;

/**
 * What is asked for.
 *
 * @param tenant empty: the platform
 * @param access of the endpoint that is to be called; empty: there is no such endpoint, or none is meant
 */
public record Resource(
        Optional<TenantId> tenant, Optional<DeploymentName> deployment, Optional<Access> access) {

    public static final Resource PLATFORM =
            new Resource(Optional.empty(), Optional.empty(), Optional.empty());

    public Resource {
        Objects.requireNonNull(access, "access");
        if (tenant.isEmpty() && (deployment.isPresent() || access.isPresent())) {
            throw new IllegalArgumentException("a deployment is of a tenant");
        }
    }

    /** A tenant, or one of its deployments, in the control plane. */
    public static Resource of(Optional<TenantId> tenant, Optional<DeploymentName> deployment) {
        return new Resource(tenant, deployment, Optional.empty());
    }

    /** An endpoint that there is. */
    public static Resource endpoint(EndpointId endpoint, Access access) {
        return new Resource(
                Optional.of(endpoint.tenant()),
                Optional.of(endpoint.deployment()),
                Optional.of(access));
    }

    /** A name for which there is no endpoint. */
    public static Resource noEndpoint(EndpointId endpoint) {
        return of(Optional.of(endpoint.tenant()), Optional.of(endpoint.deployment()));
    }
}
