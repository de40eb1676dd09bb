package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;

/** Tells the gateways. Both methods are idempotent and durable when they return. */
public interface RoutePublisher {

    /** Ignored where a route with the same or a higher generation is known. */
    void publish(Route route);

    /** Also fine where there is none. */
    void remove(EndpointId endpoint);
}
