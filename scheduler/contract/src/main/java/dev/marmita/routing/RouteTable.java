package dev.marmita.routing;

import java.util.List;

/**
 * All that a gateway needs to serve, at one moment.
 *
 * @param version grows with every change of anything in it
 */
public record RouteTable(long version, List<Route> routes, List<TokenGrant> tokens) {

    public static final RouteTable EMPTY = new RouteTable(0, List.of(), List.of());

    public RouteTable {
        routes = List.copyOf(routes);
        tokens = List.copyOf(tokens);
    }
}
