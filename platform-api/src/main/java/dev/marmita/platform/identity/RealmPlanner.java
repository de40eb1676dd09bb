package dev.marmita.platform.identity;

import dev.marmita.access.Role;
import dev.marmita.routing.TenantId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Compares what a realm needs with what it has. Pure. */
final class RealmPlanner {

    /** Ends the name of the client by which machines of a tenant get tokens; no tenant can have a name with it. */
    static final String MACHINE = ".machine";

    /**
     * @param changes in an order in which they can be done
     * @param taken names that are needed and somebody else's, by tenant
     */
    record Plan(List<Change> changes, SortedMap<TenantId, List<String>> taken) {}

    private final Function<TenantId, String> names;

    /**
     * @param names of a tenant's audience, scope and client
     */
    RealmPlanner(Function<TenantId, String> names) {
        this.names = names;
    }

    Plan plan(RealmNeeds needs, ObservedRealm realm) {
        List<Change> changes = new ArrayList<>();
        SortedMap<TenantId, List<String>> taken =
                new TreeMap<>(Comparator.comparing(TenantId::value));
        Set<String> ownGroups = groups(needs, realm, changes);
        Set<String> wanted = new HashSet<>();
        needs.byTenant()
                .forEach(
                        (tenant, groups) -> {
                            String name = names.apply(tenant);
                            wanted.add(name);
                            wanted.add(name + MACHINE);
                            List<String> others = foreign(name, realm);
                            if (!others.isEmpty()) {
                                taken.put(tenant, others);
                                return;
                            }
                            scope(name, realm, changes);
                            people(name, realm, changes);
                            Set<String> joined = new HashSet<>(groups);
                            joined.retainAll(ownGroups);
                            machine(name, joined, realm, changes);
                        });
        remove(needs, wanted, realm, changes);
        return new Plan(List.copyOf(changes), taken);
    }

    /** Parents first; the paths that are ours, or will be. */
    private static Set<String> groups(RealmNeeds needs, ObservedRealm realm, List<Change> changes) {
        Set<String> ours = new HashSet<>();
        for (String path : needs.allGroups()) {
            ObservedRealm.Group group = realm.groups().get(path);
            if (group == null) {
                changes.add(new Change.MakeGroup(path));
            }
            if (group == null || group.ours()) {
                ours.add(path);
            }
        }
        return ours;
    }

    private static List<String> foreign(String name, ObservedRealm realm) {
        List<String> others = new ArrayList<>();
        ObservedRealm.Scope scope = realm.scopes().get(name);
        if (scope != null && !scope.ours()) {
            others.add("client scope " + name);
        }
        for (String each : List.of(name, name + MACHINE)) {
            ObservedRealm.Client client = realm.clients().get(each);
            if (client != null && !client.ours()) {
                others.add("client " + each);
            }
        }
        return others;
    }

    private static void scope(String name, ObservedRealm realm, List<Change> changes) {
        ObservedRealm.Scope scope = realm.scopes().get(name);
        if (scope == null) {
            changes.add(new Change.MakeScope(name));
        } else if (!scope.sound()) {
            changes.add(new Change.MendScope(scope.id(), name));
        }
    }

    private static void people(String name, ObservedRealm realm, List<Change> changes) {
        ObservedRealm.Client client = client(name, name, false, realm, changes);
        Set<Role> there = client == null ? Set.of() : client.roles();
        for (Role role : TenantRoles.ALL) {
            if (!there.contains(role)) {
                changes.add(new Change.MakeRole(name, role));
            }
        }
    }

    private static void machine(
            String scope, Set<String> groups, ObservedRealm realm, List<Change> changes) {
        String name = scope + MACHINE;
        ObservedRealm.Client client = client(name, scope, true, realm, changes);
        Set<String> there = client == null ? Set.of() : client.groups();
        groups.stream()
                .sorted()
                .filter(group -> !there.contains(group))
                .forEach(group -> changes.add(new Change.Join(name, group)));
        there.stream()
                .sorted()
                .filter(group -> !groups.contains(group) && isOurs(realm.groups().get(group)))
                .forEach(group -> changes.add(new Change.Leave(name, group)));
    }

    private static boolean isOurs(ObservedRealm.@Nullable Group group) {
        return group != null && group.ours();
    }

    private static ObservedRealm.@Nullable Client client(
            String name, String scope, boolean machine, ObservedRealm realm, List<Change> changes) {
        ObservedRealm.Client client = realm.clients().get(name);
        if (client == null) {
            changes.add(new Change.MakeClient(name, scope, machine));
        } else if (!client.sound()) {
            changes.add(new Change.MendClient(client.id(), name, scope, machine));
        }
        return client;
    }

    /** Only what is ours; clients before the scope that they have, groups before those that they are in. */
    private static void remove(
            RealmNeeds needs, Set<String> wanted, ObservedRealm realm, List<Change> changes) {
        sorted(realm.clients()).stream()
                .filter(client -> client.ours() && !wanted.contains(client.name()))
                .forEach(
                        client -> changes.add(new Change.RemoveClient(client.id(), client.name())));
        sorted(realm.scopes()).stream()
                .filter(scope -> scope.ours() && !wanted.contains(scope.name()))
                .forEach(scope -> changes.add(new Change.RemoveScope(scope.id(), scope.name())));
        Set<String> groups = needs.allGroups();
        sorted(realm.groups()).reversed().stream()
                .filter(group -> group.ours() && !groups.contains(group.path()))
                .forEach(group -> changes.add(new Change.RemoveGroup(group.id(), group.path())));
    }

    private static <T> List<T> sorted(Map<String, T> byName) {
        return List.copyOf(new TreeMap<>(byName).values());
    }
}
