package dev.marmita.platform.access;

import static java.util.stream.Collectors.joining;

import java.util.Set;

/** What a handler asks of its caller. */
public enum Permission {
    /** Runs the platform: tenants, plans, what all tenants share. */
    ADMINISTER_PLATFORM(Reach.PLATFORM, Scope.ADMIN),
    /** Pushes models and services and moves their labels; they belong to the platform (ADR 0007). */
    PUBLISH(Reach.PLATFORM, Scope.ADMIN),
    /** Sees models and services. */
    READ_REGISTRY(Reach.ANY, Scope.ADMIN, Scope.DEPLOY, Scope.READ),
    /** Makes and revokes tokens of one tenant. */
    ADMINISTER_TENANT(Reach.TENANT, Scope.ADMIN),
    /** Changes deployments of one tenant. */
    DEPLOY(Reach.TENANT, Scope.ADMIN, Scope.DEPLOY),
    /** Sees one tenant and its deployments. */
    READ(Reach.TENANT, Scope.ADMIN, Scope.DEPLOY, Scope.READ);

    /** Whose tokens may have it. */
    enum Reach {
        /** Tokens of no tenant. */
        PLATFORM,
        /** Tokens of the tenant in the path, and those of no tenant. */
        TENANT,
        /** Every token. */
        ANY
    }

    private final Reach reach;
    private final Set<Scope> scopes;

    Permission(Reach reach, Scope... oneOf) {
        this.reach = reach;
        this.scopes = Set.of(oneOf);
    }

    Reach reach() {
        return reach;
    }

    /** For people: which token has it. */
    String wording() {
        String scope =
                scopes.stream()
                        .sorted()
                        .map(s -> "'" + s.wireName() + "'")
                        .collect(joining(" or "));
        return "scope "
                + scope
                + (reach == Reach.PLATFORM ? " in a token of the platform, not of a tenant" : "");
    }

    /** One of these is enough. */
    Set<Scope> scopes() {
        return scopes;
    }
}
