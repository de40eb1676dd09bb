package dev.marmita.platform.access;

import static java.util.stream.Collectors.joining;

import dev.marmita.access.Action;

/** What a handler asks of its caller: an {@link Action} of the rules, in the words of the REST API. */
public enum Permission {
    /** Runs the platform: tenants, plans, administrators, what all tenants share. */
    ADMINISTER_PLATFORM(Action.ADMINISTER_PLATFORM),
    /** Pushes models and services and moves their labels; they belong to the platform (ADR 0007). */
    PUBLISH(Action.PUBLISH),
    /** Sees models and services. */
    READ_REGISTRY(Action.READ_REGISTRY),
    /** Makes and revokes tokens of one tenant, reads its audit. */
    ADMINISTER_TENANT(Action.ADMINISTER_TENANT),
    /** Changes deployments of one tenant. */
    DEPLOY(Action.DEPLOY),
    /** Sees one tenant and its deployments. */
    READ(Action.READ),
    /** Sees what one tenant used and what it costs. */
    READ_USAGE(Action.READ_USAGE);

    private final Action action;

    Permission(Action action) {
        this.action = action;
    }

    public Action action() {
        return action;
    }

    /** For people: who has it. */
    String wording() {
        String scopes =
                action.roles().stream()
                        .map(Scope::of)
                        .distinct()
                        .sorted()
                        .map(s -> "'" + s.wireName() + "'")
                        .collect(joining(" or "));
        return "scope "
                + scopes
                + (action.reach() == Action.Reach.PLATFORM
                        ? " in a token of the platform, not of a tenant"
                        : "");
    }
}
