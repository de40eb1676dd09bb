package dev.marmita.platform.console;

import dev.marmita.access.Principal;
import dev.marmita.access.Role;
import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.tenants.PlaygroundTokens;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/**
 * With which token somebody's playground calls an endpoint: with the caller's own, where it may invoke; whoever may
 * make tokens of the tenant gets one of an hour. Nobody gets what the REST API would not give. Bounded, in memory.
 */
@Component
final class InvokeTokens {

    private static final int MOST = 500;

    private final PlaygroundTokens maker;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Made> made =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Made> eldest) {
                    return size() > MOST;
                }
            };

    InvokeTokens(PlaygroundTokens maker, InstantSource clock) {
        this.maker = maker;
        this.clock = clock;
    }

    private record Key(String callerToken, TenantId tenant) {}

    private record Made(String token, Instant goodUntil) {}

    /**
     * @param bearer the caller's own
     * @throws ProblemException where the caller may neither invoke nor make tokens
     */
    String of(Caller caller, String bearer, EndpointId endpoint) {
        if (!bearer.isEmpty() && invokes(caller, endpoint)) {
            return bearer;
        }
        Caller.Decision decision =
                caller.decide(
                        Permission.ADMINISTER_TENANT,
                        Optional.of(endpoint.tenant()),
                        Optional.of(endpoint.deployment()));
        if (decision == Caller.Decision.ALLOWED) {
            return made(caller, endpoint);
        }
        if (!bearer.isEmpty() && caller.principal() instanceof Principal.Member) {
            return bearer; // the gateway knows the groups that the endpoint admits
        }
        throw ProblemException.of(
                ErrorCode.FORBIDDEN,
                "This token does not allow calls; it needs scope 'invoke' or 'admin'");
    }

    private static boolean invokes(Caller caller, EndpointId endpoint) {
        return caller.principal() instanceof Principal.Token token
                && token.grants().stream()
                        .anyMatch(
                                grant ->
                                        grant.role() == Role.INVOKER
                                                && grant.tenant()
                                                        .equals(Optional.of(endpoint.tenant()))
                                                && (grant.deployments().isEmpty()
                                                        || grant.deployments()
                                                                .contains(endpoint.deployment())));
    }

    /** The token was refused: the next call gets another. */
    void forget(Caller caller, EndpointId endpoint) {
        lock.lock();
        try {
            made.remove(new Key(caller.id(), endpoint.tenant()));
        } finally {
            lock.unlock();
        }
    }

    private String made(Caller caller, EndpointId endpoint) {
        var key = new Key(caller.id(), endpoint.tenant());
        Instant now = clock.instant();
        lock.lock();
        try {
            Made known = made.get(key);
            if (known != null && now.isBefore(known.goodUntil())) {
                return known.token();
            }
            String token = maker.make(endpoint.tenant(), caller.label());
            made.put(key, new Made(token, now.plus(PlaygroundTokens.LIFETIME.minusMinutes(5))));
            return token;
        } finally {
            lock.unlock();
        }
    }
}
