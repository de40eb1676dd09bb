package dev.marmita.platform.tenants;

import dev.marmita.access.Grant;
import dev.marmita.access.Principal;
import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Scope;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.TenantId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is known of a token; never the token itself. */
record ApiToken(
        String id,
        String name,
        Optional<TenantId> tenant,
        Set<Scope> scopes,
        Set<DeploymentName> deployments,
        Instant createdAt,
        String createdBy,
        Optional<Instant> expiresAt,
        Optional<Instant> revokedAt,
        Optional<Instant> lastUsedAt) {

    ApiToken {
        scopes = Set.copyOf(scopes);
        deployments = Set.copyOf(deployments);
    }

    boolean isLive(Instant now) {
        return revokedAt.isEmpty() && expiresAt.map(now::isBefore).orElse(true);
    }

    Caller caller() {
        Set<Grant> grants =
                scopes.stream()
                        .map(scope -> new Grant(scope.role(tenant.isEmpty()), tenant, deployments))
                        .collect(Collectors.toSet());
        return new Caller(id, name, new Principal.Token(id, grants, expiresAt));
    }
}
