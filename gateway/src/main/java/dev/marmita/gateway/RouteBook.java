package dev.marmita.gateway;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;
import dev.marmita.routing.RouteTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which table is the truth; the rule is {@link RouteSource}'s. Pure but for its own state: time
 * comes in as {@code System.nanoTime()} values. Not thread-safe.
 */
final class RouteBook {

    static final long WINDOW = Duration.ofSeconds(10).toNanos();

    private RouteTable current = RouteTable.EMPTY;
    private boolean live;
    private long acceptedAt;
    private final Map<EndpointId, Long> routeChangedAt = new HashMap<>();
    private @Nullable RouteTable aside;

    RouteTable current() {
        return current;
    }

    /** Whether the source has spoken; before that the table is empty or the snapshot's. */
    boolean live() {
        return live;
    }

    /** Takes the snapshot's table, unless the source has spoken already. */
    boolean restore(RouteTable snapshot) {
        if (live) {
            return false;
        }
        current = snapshot;
        return true;
    }

    /**
     * Takes a table from the source.
     *
     * @return whether the current table is another one now
     */
    boolean accept(RouteTable table, long now) {
        if (live && table.version() < current.version() && now - acceptedAt < WINDOW) {
            aside = table;
            return false;
        }
        List<Route> routes = new ArrayList<>(table.routes().size());
        boolean held = false;
        Map<EndpointId, Route> known = live ? byEndpoint(current) : Map.of();
        for (Route route : table.routes()) {
            Route before = known.get(route.endpoint());
            boolean older = before != null && route.generation() < before.generation();
            if (older
                    && now - routeChangedAt.getOrDefault(route.endpoint(), now - WINDOW) < WINDOW) {
                routes.add(before);
                held = true;
            } else {
                routes.add(route);
            }
        }
        take(new RouteTable(table.version(), routes, table.tokens(), table.limits()), known, now);
        aside = held ? table : null;
        return true;
    }

    /**
     * Takes what was set aside, where its time has come.
     *
     * @return whether the current table is another one now
     */
    boolean recheck(long now) {
        RouteTable waiting = aside;
        if (waiting == null || now - acceptedAt < WINDOW) {
            return false;
        }
        aside = null;
        take(waiting, byEndpoint(current), now);
        return true;
    }

    /** Whether a table is set aside, so that {@link #recheck} is to be called again. */
    boolean waiting() {
        return aside != null;
    }

    private void take(RouteTable table, Map<EndpointId, Route> known, long now) {
        Map<EndpointId, Long> changed = new HashMap<>();
        for (Route route : table.routes()) {
            Route before = known.get(route.endpoint());
            boolean same = before != null && before.generation() == route.generation();
            Long since = routeChangedAt.get(route.endpoint());
            changed.put(route.endpoint(), same && since != null ? since : now);
        }
        routeChangedAt.clear();
        routeChangedAt.putAll(changed);
        current = table;
        acceptedAt = now;
        live = true;
    }

    private static Map<EndpointId, Route> byEndpoint(RouteTable table) {
        Map<EndpointId, Route> routes = HashMap.newHashMap(table.routes().size());
        table.routes().forEach(route -> routes.put(route.endpoint(), route));
        return routes;
    }
}
