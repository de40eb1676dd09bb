package dev.marmita.gateway;

import dev.marmita.access.Grant;
import dev.marmita.access.Principal;
import dev.marmita.access.Role;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;
import dev.marmita.routing.RouteTable;
import dev.marmita.routing.TenantId;
import dev.marmita.routing.TenantLimits;
import dev.marmita.routing.TokenGrant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints and tokens in force. Readers see one consistent table; a new one takes effect at once
 * for all event loops.
 */
final class Directory {

    /** One table, ready for look-ups. */
    private record View(
            boolean known,
            Map<String, Map<String, EndpointQueue>> endpoints,
            Map<String, Principal.Token> tokens,
            Map<TenantId, TenantGate> gates) {}

    private final EndpointQueue.Events events;
    private final RandomGenerator random;
    private final Consumer<EndpointQueue> added;
    private final Consumer<EndpointQueue> removed;
    private volatile View view = new View(false, Map.of(), Map.of(), Map.of());
    private volatile long version;

    /**
     * @param added told of each new endpoint before requests see it
     * @param removed told of each endpoint that is gone, after requests stopped to see it
     */
    Directory(
            EndpointQueue.Events events,
            RandomGenerator random,
            Consumer<EndpointQueue> added,
            Consumer<EndpointQueue> removed) {
        this.events = events;
        this.random = random;
        this.added = added;
        this.removed = removed;
    }

    /** Whether any table was ever applied. */
    boolean known() {
        return view.known();
    }

    /** Of the table that is in force everywhere: nothing goes by an older one any more. */
    long version() {
        return version;
    }

    /** Names as the client wrote them; null: there is none. */
    @Nullable EndpointQueue endpoint(String tenant, String deployment) {
        Map<String, EndpointQueue> deployments = view.endpoints().get(tenant);
        return deployments == null ? null : deployments.get(deployment);
    }

    @Nullable Principal token(String sha256) {
        return view.tokens().get(sha256);
    }

    /** Of a tenant with limits; null: it has none. */
    @Nullable TenantGate gate(TenantId tenant) {
        return view.gates().get(tenant);
    }

    Collection<EndpointQueue> endpoints() {
        return view.endpoints().values().stream()
                .flatMap(deployments -> deployments.values().stream())
                .toList();
    }

    /** Puts a table in force. One caller at a time. */
    synchronized void apply(RouteTable table, long now) {
        Map<EndpointId, EndpointQueue> before = new HashMap<>();
        endpoints().forEach(queue -> before.put(queue.endpoint(), queue));
        Map<EndpointQueue, Route> updates = new HashMap<>();
        Map<String, Map<String, EndpointQueue>> endpoints = new HashMap<>();
        for (Route route : table.routes()) {
            EndpointQueue queue = before.remove(route.endpoint());
            if (queue == null) {
                queue = new EndpointQueue(route, events, random);
                added.accept(queue);
            } else if (!queue.route().equals(route)) {
                updates.put(queue, route);
            }
            endpoints
                    .computeIfAbsent(route.endpoint().tenant().value(), tenant -> new HashMap<>())
                    .put(route.endpoint().deployment().value(), queue);
        }
        Map<String, Principal.Token> tokens = HashMap.newHashMap(table.tokens().size());
        table.tokens().forEach(grant -> tokens.put(grant.sha256(), holder(grant)));
        view = new View(true, endpoints, tokens, gates(table, now));
        updates.forEach((queue, route) -> queue.update(route, now));
        before.values().forEach(EndpointQueue::remove);
        before.values().forEach(removed);
        version = table.version();
    }

    /** Who is inside stays counted when the limits change. */
    private Map<TenantId, TenantGate> gates(RouteTable table, long now) {
        Map<TenantId, TenantGate> before = view.gates();
        Map<TenantId, TenantGate> gates = HashMap.newHashMap(table.limits().size());
        for (TenantLimits limits : table.limits()) {
            TenantGate gate = before.get(limits.tenant());
            if (gate == null) {
                gate = new TenantGate(limits, now);
            } else {
                gate.limits(limits);
            }
            gates.put(limits.tenant(), gate);
        }
        return gates;
    }

    private static Principal.Token holder(TokenGrant grant) {
        return new Principal.Token(
                grant.tokenId(),
                Set.of(new Grant(Role.INVOKER, Optional.of(grant.tenant()), grant.deployments())),
                grant.expiresAt());
    }
}
