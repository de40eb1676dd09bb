package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Load;

/** What the gateways see. Quick: called about once a second for every endpoint with replicas. */
public interface LoadSource {

    /**
     * Summed over all gateways that reported lately; {@code lastRequestAgoMillis} is the least of
     * theirs; all zero and {@link Long#MAX_VALUE} where none did.
     */
    Load load(EndpointId endpoint);

    /**
     * Whether every live gateway uses the endpoint's route of that generation or a newer one, so that
     * none sends new requests to a replica that is not in it. For a removed endpoint: whether no gateway
     * has a route of it.
     */
    boolean settled(EndpointId endpoint, long routeGeneration);
}
