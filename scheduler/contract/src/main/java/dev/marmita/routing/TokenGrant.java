package dev.marmita.routing;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A token that may call endpoints. Never holds the token itself.
 *
 * @param tokenId public id, for logs
 * @param sha256 lower-case hex SHA-256 of the whole token as UTF-8
 * @param deployments the tenant's deployments that may be called; empty: all of them
 * @param expiresAt from when on it is refused; empty: never
 */
public record TokenGrant(
        String tokenId,
        String sha256,
        TenantId tenant,
        Set<DeploymentName> deployments,
        Optional<Instant> expiresAt) {

    /** What the text of every API token begins with. */
    public static final String PREFIX = "mmt_";

    public TokenGrant {
        Objects.requireNonNull(tokenId, "tokenId");
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(expiresAt, "expiresAt");
        deployments = Set.copyOf(deployments);
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("sha256 must be 64 lower-case hex digits");
        }
    }
}
