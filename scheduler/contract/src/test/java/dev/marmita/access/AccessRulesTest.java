package dev.marmita.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.access.Decision.Reason;
import dev.marmita.routing.Access;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.GroupName;
import dev.marmita.routing.TenantId;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every role × every action × own and other tenant, and who may call which endpoint. */
final class AccessRulesTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId GLOBEX = new TenantId("globex");
    private static final EndpointId RECEIPTS = EndpointId.of("acme", "receipts");
    private static final GroupName READERS = new GroupName("/clientes/acme/leitores");

    /** Which actions each role has where it is held; INVOKE is apart. */
    private static final Map<Role, Set<Action>> HELD =
            Map.of(
                    Role.PLATFORM_ADMIN,
                    Set.of(
                            Action.ADMINISTER_PLATFORM,
                            Action.PUBLISH,
                            Action.READ_REGISTRY,
                            Action.ADMINISTER_TENANT,
                            Action.DEPLOY,
                            Action.READ,
                            Action.READ_USAGE),
                    Role.TENANT_ADMIN,
                    Set.of(
                            Action.READ_REGISTRY,
                            Action.ADMINISTER_TENANT,
                            Action.DEPLOY,
                            Action.READ,
                            Action.READ_USAGE),
                    Role.DEPLOYER,
                    Set.of(Action.READ_REGISTRY, Action.DEPLOY, Action.READ, Action.READ_USAGE),
                    Role.VIEWER,
                    Set.of(Action.READ_REGISTRY, Action.READ, Action.READ_USAGE),
                    Role.BILLING,
                    Set.of(Action.READ_USAGE),
                    Role.INVOKER,
                    Set.of(Action.INVOKE));

    @TestFactory
    Stream<DynamicTest> everyRoleHasItsActionsAndNoOther() {
        return Arrays.stream(Role.values())
                .flatMap(
                        role ->
                                Arrays.stream(Action.values())
                                        .map(
                                                action ->
                                                        DynamicTest.dynamicTest(
                                                                role + " " + action,
                                                                () -> check(role, action))));
    }

    private static void check(Role role, Action action) {
        Grant grant = role == Role.PLATFORM_ADMIN ? Grant.onPlatform(role) : Grant.in(ACME, role);
        for (Principal principal : List.of(token(grant), member(Optional.of(ACME), grant))) {
            boolean held = HELD.get(role).contains(action);
            assertThat(decide(principal, action, Resource.endpoint(RECEIPTS, Access.DEFAULT)))
                    .isEqualTo(
                            held
                                    ? Decision.ALLOW
                                    : Decision.deny(
                                            action == Action.INVOKE
                                                            && principal instanceof Principal.Member
                                                    ? Reason.NOT_A_MEMBER
                                                    : Reason.FORBIDDEN));
            Decision elsewhere =
                    decide(
                            principal,
                            action,
                            Resource.endpoint(
                                    new EndpointId(GLOBEX, RECEIPTS.deployment()), Access.DEFAULT));
            if (action.reach() == Action.Reach.TENANT && role != Role.PLATFORM_ADMIN) {
                assertThat(elsewhere).isEqualTo(Decision.deny(Reason.HIDDEN));
            } else {
                assertThat(elsewhere.allowed()).isEqualTo(held);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> whoeverIsUnknownMayDoNothing() {
        return Arrays.stream(Action.values())
                .map(
                        action ->
                                DynamicTest.dynamicTest(
                                        action.name(),
                                        () ->
                                                assertThat(
                                                                decide(
                                                                        new Principal.Anonymous(),
                                                                        action,
                                                                        Resource.endpoint(
                                                                                RECEIPTS,
                                                                                Access.DEFAULT)))
                                                        .isEqualTo(
                                                                Decision.deny(
                                                                        Reason.UNAUTHENTICATED))));
    }

    @Test
    void aRoleInOneDeploymentIsNoneInTheOthers() {
        Principal deployer = token(grant(Role.DEPLOYER, "receipts"));
        assertThat(decide(deployer, Action.DEPLOY, at("receipts")).allowed()).isTrue();
        assertThat(decide(deployer, Action.DEPLOY, at("invoices")))
                .isEqualTo(Decision.deny(Reason.HIDDEN));
    }

    @Test
    void severalRolesAddUp() {
        Principal both = token(grant(Role.VIEWER, "receipts"), grant(Role.DEPLOYER, "invoices"));
        assertThat(decide(both, Action.DEPLOY, at("receipts")))
                .isEqualTo(Decision.deny(Reason.FORBIDDEN));
        assertThat(decide(both, Action.DEPLOY, at("invoices")).allowed()).isTrue();
    }

    @Test
    void anEndedCredentialIsWorthNothing() {
        Principal ended =
                new Principal.Token("t", Set.of(Grant.in(ACME, Role.INVOKER)), Optional.of(NOW));
        Principal ending =
                new Principal.Token(
                        "t", Set.of(Grant.in(ACME, Role.INVOKER)), Optional.of(NOW.plusMillis(1)));
        Resource receipts = Resource.endpoint(RECEIPTS, Access.DEFAULT);
        assertThat(decide(ended, Action.INVOKE, receipts)).isEqualTo(Decision.deny(Reason.EXPIRED));
        assertThat(decide(ending, Action.INVOKE, receipts).allowed()).isTrue();
    }

    @ParameterizedTest(name = "{0} calls {1} -> {2}")
    @CsvSource({
        "nobody,          default,   UNAUTHENTICATED",
        "nobody,          open,      ALLOW",
        "nobody,          groups,    UNAUTHENTICATED",
        "nobody,          closed,    UNAUTHENTICATED",
        "nobody,          absent,    UNAUTHENTICATED",
        "token,           default,   ALLOW",
        "token,           open,      ALLOW",
        "token,           groups,    TOKENS_NOT_ADMITTED",
        "token,           both,      ALLOW",
        "token,           closed,    TOKENS_NOT_ADMITTED",
        "token,           absent,    HIDDEN",
        "invoices-token,  default,   OUT_OF_SCOPE",
        "invoices-token,  absent,    OUT_OF_SCOPE",
        "foreign-token,   default,   HIDDEN",
        "foreign-token,   absent,    HIDDEN",
        "foreign-token,   open,      ALLOW",
        "reader,          groups,    ALLOW",
        "reader,          both,      ALLOW",
        "reader,          default,   NOT_A_MEMBER",
        "reader,          closed,    NOT_A_MEMBER",
        "reader,          absent,    HIDDEN",
        "no-reader,       groups,    NOT_A_MEMBER",
        "no-reader,       absent,    HIDDEN",
        "invoker-member,  default,   ALLOW",
        "invoker-member,  groups,    NOT_A_MEMBER",
        "foreign-reader,  groups,    HIDDEN",
        "foreign-reader,  open,      ALLOW",
        "platform-reader, groups,    ALLOW",
        "platform-other,  groups,    HIDDEN",
        "platform-other,  default,   HIDDEN"
    })
    void decidesWhoCallsAnEndpoint(String who, String what, String expected) {
        Decision decision = decide(caller(who), Action.INVOKE, endpoint(what));
        assertThat(decision)
                .isEqualTo(
                        expected.equals("ALLOW")
                                ? Decision.ALLOW
                                : Decision.deny(Reason.valueOf(expected)));
    }

    private static Principal caller(String who) {
        return switch (who) {
            case "nobody" -> new Principal.Anonymous();
            case "token" -> token(Grant.in(ACME, Role.INVOKER));
            case "invoices-token" -> token(grant(Role.INVOKER, "invoices"));
            case "foreign-token" -> token(Grant.in(GLOBEX, Role.INVOKER));
            case "reader" -> reader(Optional.of(ACME), READERS);
            case "no-reader" ->
                    reader(Optional.of(ACME), new GroupName("/clientes/acme/leitores/juniores"));
            case "invoker-member" -> member(Optional.of(ACME), Grant.in(ACME, Role.INVOKER));
            case "foreign-reader" -> reader(Optional.of(GLOBEX), READERS);
            case "platform-reader" -> reader(Optional.empty(), READERS);
            case "platform-other" -> reader(Optional.empty(), new GroupName("/clientes/globex"));
            default -> throw new IllegalArgumentException(who);
        };
    }

    private static Resource endpoint(String what) {
        return switch (what) {
            case "default" -> Resource.endpoint(RECEIPTS, Access.DEFAULT);
            case "open" -> Resource.endpoint(RECEIPTS, new Access(true, false, List.of()));
            case "groups" ->
                    Resource.endpoint(RECEIPTS, new Access(false, false, List.of(READERS)));
            case "both" -> Resource.endpoint(RECEIPTS, new Access(false, true, List.of(READERS)));
            case "closed" -> Resource.endpoint(RECEIPTS, new Access(false, false, List.of()));
            case "absent" -> Resource.noEndpoint(RECEIPTS);
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static Decision decide(Principal principal, Action action, Resource resource) {
        return AccessRules.decide(principal, action, resource, NOW);
    }

    private static Resource at(String deployment) {
        return Resource.of(Optional.of(ACME), Optional.of(new DeploymentName(deployment)));
    }

    private static Grant grant(Role role, String... deployments) {
        return new Grant(
                role,
                Optional.of(ACME),
                Arrays.stream(deployments).map(DeploymentName::new).collect(Collectors.toSet()));
    }

    private static Principal token(Grant... grants) {
        return new Principal.Token("t", Set.of(grants), Optional.empty());
    }

    private static Principal member(Optional<TenantId> home, Grant... grants) {
        return new Principal.Member("u", home, Set.of(), Set.of(grants), Optional.empty());
    }

    private static Principal reader(Optional<TenantId> home, GroupName group) {
        return new Principal.Member("u", home, Set.of(group), Set.of(), Optional.empty());
    }
}
