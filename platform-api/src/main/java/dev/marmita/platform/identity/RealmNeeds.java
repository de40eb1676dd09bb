package dev.marmita.platform.identity;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What deployments ask of a realm.
 *
 * @param groups by deployment, paths with a leading slash; never empty sets
 */
record RealmNeeds(SortedMap<EndpointId, SortedSet<String>> groups) {

    static RealmNeeds of(Map<EndpointId, ? extends Set<String>> groups) {
        SortedMap<EndpointId, SortedSet<String>> sorted =
                new TreeMap<>(java.util.Comparator.comparing(EndpointId::toString));
        groups.forEach((endpoint, paths) -> sorted.put(endpoint, new TreeSet<>(paths)));
        return new RealmNeeds(sorted);
    }

    /** With all that they are within. */
    SortedSet<String> allGroups() {
        SortedSet<String> all = new TreeSet<>();
        for (Set<String> paths : groups.values()) {
            for (String path : paths) {
                for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
                    all.add(path.substring(0, end));
                }
            }
        }
        return all;
    }

    SortedMap<TenantId, SortedSet<String>> byTenant() {
        SortedMap<TenantId, SortedSet<String>> all =
                new TreeMap<>(java.util.Comparator.comparing(TenantId::value));
        groups.forEach(
                (endpoint, paths) ->
                        all.computeIfAbsent(endpoint.tenant(), tenant -> new TreeSet<>())
                                .addAll(paths));
        return all;
    }
}
