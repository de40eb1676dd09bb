package dev.marmita.platform.deployments;

import dev.marmita.routing.EndpointId;

/** Where clients find endpoints. */
@FunctionalInterface
public interface EndpointUrls {

    /** The gateway's base URL as clients see it, without a slash at its end. */
    String base();

    /** The endpoint's stable URL; ends with a slash. */
    default String of(EndpointId endpoint) {
        return base() + "/e/" + endpoint.tenant() + "/" + endpoint.deployment() + "/";
    }
}
