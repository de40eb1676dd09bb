package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Load;
import dev.marmita.routing.Route;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Takes routes, and reports the load that a test sets. */
final class FakeGateway implements RoutePublisher, LoadSource {

    final Map<EndpointId, Route> routes = new ConcurrentHashMap<>();
    final Map<EndpointId, Load> loads = new ConcurrentHashMap<>();

    /** No route is ever taken over. */
    volatile boolean stuck;

    @Override
    public void publish(Route route) {
        routes.merge(
                route.endpoint(),
                route,
                (before, now) -> now.generation() > before.generation() ? now : before);
    }

    @Override
    public void remove(EndpointId endpoint) {
        routes.remove(endpoint);
    }

    void load(EndpointId endpoint, int inFlight, int queued) {
        loads.put(endpoint, new Load(endpoint, inFlight, queued, 0));
    }

    void idle(EndpointId endpoint) {
        loads.remove(endpoint);
    }

    @Override
    public Load load(EndpointId endpoint) {
        return loads.getOrDefault(endpoint, new Load(endpoint, 0, 0, Long.MAX_VALUE));
    }

    @Override
    public boolean settled(EndpointId endpoint, long routeGeneration) {
        Route route = routes.get(endpoint);
        return !stuck && (route == null || route.generation() >= routeGeneration);
    }
}
