package dev.marmita.platform.identity;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import java.util.Map;
import java.util.Set;

/** Port: which groups deployments name in their access, at this moment. */
@FunctionalInterface
interface AccessNeeds {

    /** Of all living deployments that name any: paths with a leading slash. All of them, or it throws. */
    Map<EndpointId, Set<String>> current();

    /** Whether a tenant's deployments are this issuer's business. */
    static boolean concerns(IdentityProperties.Issuer issuer, TenantId tenant) {
        return issuer.onlyTenant().map(tenant::equals).orElse(true);
    }
}
