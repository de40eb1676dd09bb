package dev.marmita.platform.access;

import dev.marmita.access.AccessRules;
import dev.marmita.access.Decision.Allow;
import dev.marmita.access.Decision.Deny;
import dev.marmita.access.Grant;
import dev.marmita.access.Principal;
import dev.marmita.access.Resource;
import dev.marmita.access.Role;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.TenantId;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who calls the control API. What he may do is decided by {@link AccessRules} alone.
 *
 * @param id stable and unique, for logs and keys: of a token its public id, of a person subject and issuer
 * @param name as people call the token or the person
 */
public record Caller(String id, String name, Principal principal) {

    public Caller {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(principal, "principal");
    }

    /** What a handler's permission comes to for this caller. */
    public enum Decision {
        ALLOWED,
        /** It exists for this caller, who has no role that allows this. */
        FORBIDDEN,
        /** To this caller it does not exist. */
        HIDDEN
    }

    /**
     * Whoever is a caller has been recognised a moment ago; that his credential may end is not asked again.
     *
     * @param tenant in the request's path
     * @param deployment in the request's path
     */
    public Decision decide(
            Permission permission, Optional<TenantId> tenant, Optional<DeploymentName> deployment) {
        return switch (AccessRules.decide(
                principal,
                permission.action(),
                Resource.of(tenant, tenant.isEmpty() ? Optional.empty() : deployment),
                Instant.MIN)) {
            case Allow ignored -> Decision.ALLOWED;
            case Deny(var reason) ->
                    switch (reason) {
                        case HIDDEN, OUT_OF_SCOPE -> Decision.HIDDEN;
                        case UNAUTHENTICATED,
                                EXPIRED,
                                FORBIDDEN,
                                TOKENS_NOT_ADMITTED,
                                NOT_A_MEMBER ->
                                Decision.FORBIDDEN;
                    };
        };
    }

    public boolean administersPlatform() {
        return principal.grants().stream().anyMatch(g -> g.role() == Role.PLATFORM_ADMIN);
    }

    /** The tenants that he has a role in, sorted; empty: on the platform, and so in all of them. */
    public Optional<Set<TenantId>> tenants() {
        if (principal.grants().stream().anyMatch(grant -> grant.tenant().isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(
                principal.grants().stream()
                        .flatMap(grant -> grant.tenant().stream())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /**
     * His tenant, the first by name of several; empty: he belongs to the platform.
     *
     * @throws IllegalStateException where he has no role anywhere
     */
    public Optional<TenantId> tenant() {
        return tenants()
                .map(
                        all ->
                                all.stream()
                                        .findFirst()
                                        .orElseThrow(
                                                () ->
                                                        new IllegalStateException(
                                                                "a caller without any role")));
    }

    /** The tenant whose audit tells of him; empty: the platform's alone. */
    public String home() {
        return tenants().flatMap(all -> all.stream().findFirst()).map(TenantId::value).orElse("");
    }

    /** What of his tenant he reaches; empty: everything. */
    public Set<DeploymentName> deployments() {
        Optional<TenantId> tenant = tenant();
        Set<Grant> here =
                principal.grants().stream()
                        .filter(grant -> grant.tenant().equals(tenant))
                        .collect(Collectors.toSet());
        return here.stream().anyMatch(grant -> grant.deployments().isEmpty())
                ? Set.of()
                : here.stream()
                        .flatMap(grant -> grant.deployments().stream())
                        .collect(Collectors.toUnmodifiableSet());
    }

    /** What a token with his roles is for, wherever he has them. */
    public Set<Scope> scopes() {
        return principal.grants().stream()
                .map(grant -> Scope.of(grant.role()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether this deployment is within his reach. */
    public boolean sees(TenantId tenant, DeploymentName deployment) {
        return decide(Permission.READ, Optional.of(tenant), Optional.of(deployment))
                == Decision.ALLOWED;
    }

    /** {@code token}, {@code member} or {@code unknown}. */
    public String kind() {
        return switch (principal) {
            case Principal.Token ignored -> "token";
            case Principal.Member ignored -> "member";
            case Principal.Anonymous ignored -> "unknown";
        };
    }

    /** For "created by" columns and logs: {@code acme/ci (a1b2c3d4)}. */
    public String label() {
        String of =
                tenants()
                        .filter(all -> !all.isEmpty())
                        .map(all -> all.iterator().next() + "/")
                        .orElse("");
        return of + name + " (" + id + ")";
    }
}
