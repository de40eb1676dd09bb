package dev.marmita.access;

import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.TenantId;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A role, and where it is held.
 *
 * @param tenant empty: on the platform, and so in every tenant
 * @param deployments of the tenant; empty: all
 */
public record Grant(Role role, Optional<TenantId> tenant, Set<DeploymentName> deployments) {

    public Grant {
        Objects.requireNonNull(role, "role");
        deployments = Set.copyOf(deployments);
        if (role == Role.PLATFORM_ADMIN && tenant.isPresent()) {
            throw new IllegalArgumentException("platform-admin is held on the platform only");
        }
        if (tenant.isEmpty() && !deployments.isEmpty()) {
            throw new IllegalArgumentException("deployments are of a tenant");
        }
    }

    /** On the platform. */
    public static Grant onPlatform(Role role) {
        return new Grant(role, Optional.empty(), Set.of());
    }

    /** In the whole tenant. */
    public static Grant in(TenantId tenant, Role role) {
        return new Grant(role, Optional.of(tenant), Set.of());
    }

    boolean covers(TenantId asked) {
        return tenant.isEmpty() || tenant.get().equals(asked);
    }

    boolean covers(TenantId asked, Optional<DeploymentName> deployment) {
        return covers(asked)
                && (deployments.isEmpty()
                        || deployment.isEmpty()
                        || deployments.contains(deployment.get()));
    }
}
