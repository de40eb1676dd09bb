package dev.marmita.platform.identity;

import dev.marmita.platform.identity.ProvisioningStore.Finding;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a realm to what deployments ask of it, and says how far it came. Level-triggered and idempotent: it compares
 * all of it each time, so it mends drift, and several platforms' processes may do it at once. Not thread-safe.
 */
final class AccessReconciler {

    /** A reason that goes away by itself is tried again soon. */
    enum Outcome {
        DONE,
        FAILED
    }

    private static final Logger LOG = LoggerFactory.getLogger(AccessReconciler.class);

    private final IdentityProperties.Issuer issuer;
    private final Function<String, Realm> realms;
    private final AccessNeeds needs;
    private final ProvisioningStore store;
    private final RealmPlanner planner;
    private final Map<TenantId, String> lastChanges = new HashMap<>();

    /**
     * @param realms opens the issuer's realm for an owner
     */
    AccessReconciler(
            IdentityProperties.Issuer issuer,
            Function<String, Realm> realms,
            AccessNeeds needs,
            ProvisioningStore store) {
        this.issuer = issuer;
        this.realms = realms;
        this.needs = needs;
        this.store = store;
        this.planner = new RealmPlanner(issuer::audienceOf);
    }

    /**
     * One comparison, and what it takes.
     *
     * @param findings gets one for each deployment of the issuer's that names groups
     */
    Outcome reconcile(Map<EndpointId, Finding> findings) {
        Map<EndpointId, Set<String>> wanted = new HashMap<>(needs.current());
        wanted.keySet().removeIf(each -> !AccessNeeds.concerns(issuer, each.tenant()));
        RealmNeeds realmNeeds = RealmNeeds.of(wanted);
        try (Realm realm = realms.apply(store.owner())) {
            RealmPlanner.Plan plan = planned(realm, realmNeeds);
            List<String> done = new ArrayList<>();
            for (Change change : plan.changes()) {
                if (realm.apply(change)) {
                    done.add(change.text());
                }
            }
            if (!done.isEmpty()) {
                LOG.info("in realm {}: {}", issuer.uri(), String.join(", ", done));
            }
            wanted.keySet()
                    .forEach(
                            endpoint ->
                                    findings.put(endpoint, finding(endpoint, plan, done, wanted)));
            return Outcome.DONE;
        } catch (Realm.RealmException failure) {
            LOG.debug("realm {}", issuer.uri(), failure);
            String message = failure.getMessage() + " (" + issuer.uri() + "); it is tried again";
            wanted.keySet()
                    .forEach(
                            endpoint ->
                                    findings.put(
                                            endpoint,
                                            new Finding(false, failure.reason(), message)));
            return Outcome.FAILED;
        }
    }

    private RealmPlanner.Plan planned(Realm realm, RealmNeeds wanted) throws Realm.RealmException {
        Set<String> names = new HashSet<>();
        for (TenantId tenant : wanted.byTenant().keySet()) {
            names.add(issuer.audienceOf(tenant));
            names.add(issuer.audienceOf(tenant) + RealmPlanner.MACHINE);
        }
        return planner.plan(wanted, realm.observe(wanted.allGroups(), names));
    }

    private Finding finding(
            EndpointId endpoint,
            RealmPlanner.Plan plan,
            List<String> done,
            Map<EndpointId, Set<String>> wanted) {
        TenantId tenant = endpoint.tenant();
        String name = issuer.audienceOf(tenant);
        List<String> taken = plan.taken().get(tenant);
        if (taken != null) {
            return new Finding(
                    false,
                    "NameTaken",
                    String.join(", ", taken)
                            + " in "
                            + issuer.uri()
                            + " was not made by this platform and is left alone; members get in with"
                            + " tokens of other clients, for the audience "
                            + name);
        }
        String concerning =
                done.stream()
                        .filter(
                                text ->
                                        text.contains(name)
                                                || wanted.getOrDefault(endpoint, Set.of()).stream()
                                                        .anyMatch(text::contains))
                        .collect(Collectors.joining(", "));
        if (!concerning.isEmpty()) {
            lastChanges.put(tenant, concerning);
        }
        String last = lastChanges.get(tenant);
        return new Finding(
                true,
                "Provisioned",
                "groups "
                        + wanted.getOrDefault(endpoint, Set.of()).stream()
                                .sorted()
                                .collect(Collectors.joining(", "))
                        + " are in "
                        + issuer.uri()
                        + "; tokens come by the clients "
                        + name
                        + " (people) and "
                        + name
                        + RealmPlanner.MACHINE
                        + " (machines)"
                        + (last == null ? "" : "; last: " + last));
    }
}
