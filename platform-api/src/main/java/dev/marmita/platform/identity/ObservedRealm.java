package dev.marmita.platform.identity;

import dev.marmita.access.Role;
import java.util.Map;
import java.util.Set;

/**
 * What there is in a realm, of what matters here: everything that this platform made, and whatever else has a name
 * that is asked for.
 *
 * @param groups by path
 * @param scopes by name
 * @param clients by client id
 */
record ObservedRealm(
        Map<String, Group> groups, Map<String, Scope> scopes, Map<String, Client> clients) {

    ObservedRealm {
        groups = Map.copyOf(groups);
        scopes = Map.copyOf(scopes);
        clients = Map.copyOf(clients);
    }

    /**
     * @param ours whether this platform made it
     */
    record Group(String id, String path, boolean ours) {}

    /**
     * @param sound whether it says what it must
     */
    record Scope(String id, String name, boolean ours, boolean sound) {}

    /**
     * @param sound whether it has its scope and flags
     * @param groups paths that a machine's account is a member of
     */
    record Client(
            String id,
            String name,
            boolean ours,
            boolean sound,
            Set<Role> roles,
            Set<String> groups) {
        Client {
            roles = Set.copyOf(roles);
            groups = Set.copyOf(groups);
        }
    }
}
