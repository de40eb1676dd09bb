package dev.marmita.platform.tenants;

import dev.marmita.routing.TenantId;
import java.time.Instant;

/**
 * The unit of isolation.
 *
 * @param deleting whether its deletion was accepted: its endpoints and tokens are dead already
 */
public record Tenant(
        TenantId id,
        String displayName,
        String plan,
        boolean deleting,
        Instant createdAt,
        String createdBy) {}
