package dev.marmita.platform.access;

import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.TenantId;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who calls the control API: the holder of a token.
 *
 * @param tenant the tenant that the token belongs to; empty: the platform
 * @param deployments what of the tenant it reaches; empty: everything
 */
public record Caller(
        String tokenId,
        String tokenName,
        Optional<TenantId> tenant,
        Set<Scope> scopes,
        Set<DeploymentName> deployments) {

    public Caller {
        scopes = Set.copyOf(scopes);
        deployments = Set.copyOf(deployments);
    }

    /** What a handler's permission comes to for this caller. */
    public enum Decision {
        ALLOWED,
        /** It exists for this caller, but the token does not allow this. */
        FORBIDDEN,
        /** To this caller it does not exist. */
        HIDDEN
    }

    /**
     * @param tenant in the request's path
     * @param deployment in the request's path
     */
    public Decision decide(
            Permission permission, Optional<TenantId> tenant, Optional<DeploymentName> deployment) {
        boolean scoped = !Collections.disjoint(scopes, permission.scopes());
        return switch (permission.reach()) {
            case ANY -> scoped ? Decision.ALLOWED : Decision.FORBIDDEN;
            case PLATFORM ->
                    scoped && this.tenant.isEmpty() ? Decision.ALLOWED : Decision.FORBIDDEN;
            case TENANT -> {
                if (tenant.isEmpty()) {
                    yield Decision.FORBIDDEN;
                }
                if (this.tenant.isPresent() && !this.tenant.equals(tenant)) {
                    yield Decision.HIDDEN;
                }
                if (deployment.isPresent() && !sees(deployment.get())) {
                    yield Decision.HIDDEN;
                }
                yield scoped ? Decision.ALLOWED : Decision.FORBIDDEN;
            }
        };
    }

    /** Whether this deployment of its tenant is within its reach. */
    public boolean sees(DeploymentName deployment) {
        return deployments.isEmpty() || deployments.contains(deployment);
    }

    /** For "created by" columns and logs: {@code acme/ci (a1b2c3d4)}. */
    public String label() {
        return Stream.concat(tenant.map(TenantId::value).stream(), Stream.of(tokenName))
                        .reduce((a, b) -> a + "/" + b)
                        .orElse("")
                + " ("
                + tokenId
                + ")";
    }
}
