package dev.marmita.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.platform.identity.ProvisioningStore.Finding;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AccessReconcilerTest {

    private static final EndpointId RECEIPTS = EndpointId.of("acme", "receipts");
    private static final EndpointId INVOICES = EndpointId.of("acme", "invoices");
    private static final EndpointId OTHERS = EndpointId.of("globex", "receipts");

    private final FakeRealm realm = new FakeRealm();
    private final Map<EndpointId, Set<String>> needs = new HashMap<>();
    private final AccessReconciler reconciler = reconciler(null);

    @Test
    void makesAllThatIsMissingAndThenNothing() {
        needs.put(RECEIPTS, Set.of("/clientes/acme/leitores"));

        assertThat(findings().get(RECEIPTS).done()).isTrue();
        assertThat(realm.log)
                .containsExactly(
                        "group /clientes made",
                        "group /clientes/acme made",
                        "group /clientes/acme/leitores made",
                        "client scope marmita-acme made",
                        "client marmita-acme made",
                        "role tenant-admin of client marmita-acme made",
                        "role deployer of client marmita-acme made",
                        "role viewer of client marmita-acme made",
                        "role billing of client marmita-acme made",
                        "role invoker of client marmita-acme made",
                        "client marmita-acme.machine made",
                        "machine marmita-acme.machine put into group /clientes/acme/leitores");

        realm.log.clear();
        assertThat(findings().get(RECEIPTS).message())
                .contains("last: ", "client marmita-acme made");
        assertThat(realm.log).isEmpty();
    }

    @Test
    void leavesGroupsOfOthersAndTheirMembersAlone() {
        realm.foreignGroup("/clientes");
        realm.foreignGroup("/clientes/acme");
        realm.foreignGroup("/clientes/acme/leitores");
        needs.put(RECEIPTS, Set.of("/clientes/acme/leitores"));
        findings();

        assertThat(realm.log).noneMatch(text -> text.contains("group /"));

        needs.clear();
        findings();
        assertThat(realm.groups).hasSize(3);
        assertThat(realm.clients).isEmpty();
        assertThat(realm.scopes).isEmpty();
    }

    @Test
    void mendsWhatSomebodyBroke() {
        needs.put(RECEIPTS, Set.of("/leitores"));
        findings();
        realm.log.clear();
        realm.groups.remove("/leitores");
        realm.scopes.put(
                "marmita-acme",
                new ObservedRealm.Scope("marmita-acme", "marmita-acme", true, false));
        realm.clients.put(
                "marmita-acme.machine",
                new ObservedRealm.Client(
                        "id", "marmita-acme.machine", true, false, Set.of(), Set.of()));

        findings();

        assertThat(realm.log)
                .containsExactly(
                        "group /leitores made",
                        "client scope marmita-acme put right",
                        "client marmita-acme.machine put right",
                        "machine marmita-acme.machine put into group /leitores");
        realm.log.clear();
        findings();
        assertThat(realm.log).isEmpty();
    }

    @Test
    void takesAwayItsOwnWhenNobodyNeedsItAnyMore() {
        realm.foreignGroup("/clientes");
        needs.put(RECEIPTS, Set.of("/clientes/acme/leitores"));
        needs.put(INVOICES, Set.of("/clientes/acme/contas"));
        needs.put(OTHERS, Set.of("/clientes/globex"));
        findings();

        needs.remove(INVOICES);
        findings();
        assertThat(realm.groups).containsKeys("/clientes/acme", "/clientes/acme/leitores");
        assertThat(realm.groups).doesNotContainKey("/clientes/acme/contas");
        assertThat(realm.clients).containsKey("marmita-acme");

        needs.remove(RECEIPTS);
        findings();
        assertThat(realm.groups).containsOnlyKeys("/clientes", "/clientes/globex");
        assertThat(realm.clients).containsOnlyKeys("marmita-globex", "marmita-globex.machine");
        assertThat(realm.scopes).containsOnlyKeys("marmita-globex");
    }

    @Test
    void keepsAGroupThatSomebodyElseBuiltUpon() {
        needs.put(RECEIPTS, Set.of("/leitores"));
        findings();
        realm.foreignGroup("/leitores/estagiarios");

        needs.clear();
        findings();

        assertThat(realm.groups).containsKey("/leitores");
    }

    @Test
    void aMachineLeavesTheGroupsThatItsTenantNamesNoMore() {
        needs.put(RECEIPTS, Set.of("/a"));
        needs.put(OTHERS, Set.of("/a"));
        findings();
        needs.put(RECEIPTS, Set.of("/b"));
        findings();

        assertThat(realm.clients.get("marmita-acme.machine").groups()).containsExactly("/b");
        assertThat(realm.clients.get("marmita-globex.machine").groups()).containsExactly("/a");
    }

    @Test
    void saysThatANameIsTakenAndTouchesNothingOfIt() {
        realm.clients.put(
                "marmita-acme",
                new ObservedRealm.Client("x", "marmita-acme", false, false, Set.of(), Set.of()));
        needs.put(RECEIPTS, Set.of("/leitores"));
        needs.put(OTHERS, Set.of("/leitores"));

        Map<EndpointId, Finding> findings = findings();

        assertThat(findings.get(RECEIPTS).done()).isFalse();
        assertThat(findings.get(RECEIPTS).reason()).isEqualTo("NameTaken");
        assertThat(findings.get(OTHERS).done()).isTrue();
        assertThat(realm.clients.get("marmita-acme").ours()).isFalse();
        assertThat(realm.clients).doesNotContainKey("marmita-acme.machine");
        assertThat(realm.groups).containsKey("/leitores");
    }

    @Test
    void saysThatARealmIsDownAndGoesOnAfterwards() {
        needs.put(RECEIPTS, Set.of("/leitores"));
        realm.down = true;

        Map<EndpointId, Finding> findings = new HashMap<>();
        assertThat(reconciler.reconcile(findings)).isEqualTo(AccessReconciler.Outcome.FAILED);
        assertThat(findings.get(RECEIPTS).done()).isFalse();
        assertThat(findings.get(RECEIPTS).reason()).isEqualTo("IdentityProviderUnavailable");

        realm.down = false;
        assertThat(findings().get(RECEIPTS).done()).isTrue();
    }

    @Test
    void anIssuerOfATenantIsNotAskedForOthers() {
        needs.put(RECEIPTS, Set.of("/a"));
        needs.put(OTHERS, Set.of("/b"));
        Map<EndpointId, Finding> findings = new HashMap<>();

        reconciler("acme").reconcile(findings);

        assertThat(findings).containsOnlyKeys(RECEIPTS);
        assertThat(realm.groups).containsOnlyKeys("/a");
    }

    private Map<EndpointId, Finding> findings() {
        Map<EndpointId, Finding> findings = new HashMap<>();
        assertThat(reconciler.reconcile(findings)).isEqualTo(AccessReconciler.Outcome.DONE);
        return findings;
    }

    private AccessReconciler reconciler(String tenant) {
        var issuer =
                new IdentityProperties.Issuer(
                        "https://id.example/realms/x",
                        Set.of("marmita"),
                        "marmita-{tenant}",
                        tenant,
                        "groups",
                        true,
                        false,
                        Map.of(),
                        "client",
                        "secret",
                        false,
                        Duration.ofSeconds(5),
                        true,
                        null);
        return new AccessReconciler(
                issuer,
                owner -> realm,
                () -> needs,
                new ProvisioningStore() {
                    @Override
                    public String owner() {
                        return "me";
                    }

                    @Override
                    public void save(Map<EndpointId, Finding> findings) {}

                    @Override
                    public List<Row> of(TenantId of) {
                        return List.of();
                    }
                });
    }
}
