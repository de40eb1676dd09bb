package dev.marmita.access;

import dev.marmita.access.Decision.Reason;
import dev.marmita.routing.Access;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.TenantId;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;

/**
 * The one decision: who may do what with which thing. Whoever needs it, REST, console or gateway, asks here
 * and nowhere else. Pure and thread-safe.
 *
 * <p>What is of another tenant is {@link Reason#HIDDEN}: it looks as if it did not exist.
 */
public final class AccessRules {

    private AccessRules() {}

    /**
     * @param principal with a credential whose form and signature were checked; whether it has expired is
     *     checked here
     */
    public static Decision decide(
            Principal principal, Action action, Resource resource, Instant now) {
        if (action == Action.INVOKE && resource.access().map(Access::anonymous).orElse(false)) {
            return Decision.ALLOW;
        }
        if (principal instanceof Principal.Anonymous) {
            return Decision.deny(Reason.UNAUTHENTICATED);
        }
        if (principal.expiresAt().map(end -> !now.isBefore(end)).orElse(false)) {
            return Decision.deny(Reason.EXPIRED);
        }
        return switch (action.reach()) {
            case ANY -> has(principal, action) ? Decision.ALLOW : Decision.deny(Reason.FORBIDDEN);
            case PLATFORM -> onPlatform(principal, action);
            case TENANT ->
                    resource.tenant()
                            .map(tenant -> inTenant(principal, action, resource, tenant))
                            .orElseGet(() -> Decision.deny(Reason.HIDDEN));
        };
    }

    private static boolean has(Principal principal, Action action) {
        return principal.grants().stream().anyMatch(grant -> action.roles().contains(grant.role()));
    }

    private static Decision onPlatform(Principal principal, Action action) {
        return principal.grants().stream()
                        .anyMatch(
                                grant ->
                                        grant.tenant().isEmpty()
                                                && action.roles().contains(grant.role()))
                ? Decision.ALLOW
                : Decision.deny(Reason.FORBIDDEN);
    }

    private static Decision inTenant(
            Principal principal, Action action, Resource resource, TenantId tenant) {
        if (action == Action.INVOKE) {
            return switch (principal) {
                case Principal.Anonymous ignored -> Decision.deny(Reason.UNAUTHENTICATED);
                case Principal.Token token -> invoke(token, resource, tenant);
                case Principal.Member member -> invoke(member, resource, tenant);
            };
        }
        boolean seen = false;
        for (Grant grant : principal.grants()) {
            if (grant.covers(tenant, resource.deployment())) {
                if (action.roles().contains(grant.role())) {
                    return Decision.ALLOW;
                }
                seen = true;
            }
        }
        return Decision.deny(seen ? Reason.FORBIDDEN : Reason.HIDDEN);
    }

    private static Decision invoke(Principal.Token token, Resource resource, TenantId tenant) {
        boolean ofTenant = false;
        boolean inScope = false;
        boolean invokes = false;
        for (Grant grant : token.grants()) {
            ofTenant |= grant.covers(tenant);
            if (grant.covers(tenant, resource.deployment())) {
                inScope = true;
                invokes |= Action.INVOKE.roles().contains(grant.role());
            }
        }
        if (!ofTenant) {
            return Decision.deny(Reason.HIDDEN);
        }
        if (!inScope) {
            return Decision.deny(Reason.OUT_OF_SCOPE);
        }
        if (resource.access().isEmpty()) {
            return Decision.deny(Reason.HIDDEN);
        }
        if (!invokes) {
            return Decision.deny(Reason.FORBIDDEN);
        }
        return resource.access().get().tokens()
                ? Decision.ALLOW
                : Decision.deny(Reason.TOKENS_NOT_ADMITTED);
    }

    /** Where groups are named they decide alone; else the role {@code invoker} does. */
    private static Decision invoke(Principal.Member member, Resource resource, TenantId tenant) {
        boolean atHome = member.home().map(tenant::equals).orElse(false);
        boolean known = atHome || member.grants().stream().anyMatch(grant -> grant.covers(tenant));
        Optional<Access> access = resource.access();
        if (access.isEmpty()) {
            return Decision.deny(Reason.HIDDEN);
        }
        boolean vouched = atHome || member.home().isEmpty();
        boolean admitted =
                access.get().groups().isEmpty()
                        ? invokes(member, tenant, resource.deployment())
                        : vouched && !Collections.disjoint(access.get().groups(), member.groups());
        if (admitted) {
            return Decision.ALLOW;
        }
        return Decision.deny(known ? Reason.NOT_A_MEMBER : Reason.HIDDEN);
    }

    private static boolean invokes(
            Principal.Member member, TenantId tenant, Optional<DeploymentName> deployment) {
        return member.grants().stream()
                .anyMatch(
                        grant ->
                                Action.INVOKE.roles().contains(grant.role())
                                        && grant.covers(tenant, deployment));
    }
}
