package dev.marmita.routing;

import java.util.List;

/**
 * All that a gateway needs to serve, at one moment.
 *
 * @param limits of the tenants that have any; a table written before there were any has none
 * @param version grows with every change of anything in it
 */
public record RouteTable(
        long version, List<Route> routes, List<TokenGrant> tokens, List<TenantLimits> limits) {

    public static final RouteTable EMPTY = new RouteTable(0, List.of(), List.of(), List.of());

    public RouteTable {
        routes = List.copyOf(routes);
        tokens = List.copyOf(tokens);
        limits = limits == null ? List.of() : List.copyOf(limits);
    }
}
