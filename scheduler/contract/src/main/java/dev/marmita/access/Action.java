package dev.marmita.access;

import static dev.marmita.access.Role.BILLING;
import static dev.marmita.access.Role.DEPLOYER;
import static dev.marmita.access.Role.INVOKER;
import static dev.marmita.access.Role.PLATFORM_ADMIN;
import static dev.marmita.access.Role.TENANT_ADMIN;
import static dev.marmita.access.Role.VIEWER;

import java.util.Set;

/** What can be asked for, and which roles have it. */
public enum Action {
    /** Runs the platform: tenants, plans, administrators, what all tenants share. */
    ADMINISTER_PLATFORM(Reach.PLATFORM, PLATFORM_ADMIN),
    /** Pushes models and services and moves their labels; they belong to the platform (ADR 0007). */
    PUBLISH(Reach.PLATFORM, PLATFORM_ADMIN),
    /** Sees models and services. */
    READ_REGISTRY(Reach.ANY, PLATFORM_ADMIN, TENANT_ADMIN, DEPLOYER, VIEWER),
    /** Makes and revokes tokens of one tenant, reads its audit. */
    ADMINISTER_TENANT(Reach.TENANT, PLATFORM_ADMIN, TENANT_ADMIN),
    /** Changes deployments of one tenant. */
    DEPLOY(Reach.TENANT, PLATFORM_ADMIN, TENANT_ADMIN, DEPLOYER),
    /** Sees one tenant and its deployments. */
    READ(Reach.TENANT, PLATFORM_ADMIN, TENANT_ADMIN, DEPLOYER, VIEWER),
    /** Sees what one tenant used, and what it costs. */
    READ_USAGE(Reach.TENANT, PLATFORM_ADMIN, TENANT_ADMIN, DEPLOYER, VIEWER, BILLING),
    /** Calls an endpoint. */
    INVOKE(Reach.TENANT, INVOKER);

    /** Where a role must be held to have the action. */
    public enum Reach {
        /** On the platform. */
        PLATFORM,
        /** In the tenant that is asked for, or on the platform. */
        TENANT,
        /** Anywhere. */
        ANY
    }

    private final Reach reach;
    private final Set<Role> roles;

    Action(Reach reach, Role... oneOf) {
        this.reach = reach;
        this.roles = Set.of(oneOf);
    }

    public Reach reach() {
        return reach;
    }

    /** One of these is enough. */
    public Set<Role> roles() {
        return roles;
    }
}
