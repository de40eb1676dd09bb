package dev.marmita.scheduler;

import dev.marmita.scheduler.compute.SecretSource;

/** What the platform provides. */
public record Ports(
        BundleResolver resolver,
        RoutePublisher routes,
        LoadSource loads,
        TenantPolicy policy,
        SecretSource secrets) {

    /** Without secrets. */
    public Ports(
            BundleResolver resolver, RoutePublisher routes, LoadSource loads, TenantPolicy policy) {
        this(resolver, routes, loads, policy, SecretSource.NONE);
    }
}
