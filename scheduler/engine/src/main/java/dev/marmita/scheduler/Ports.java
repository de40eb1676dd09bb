package dev.marmita.scheduler;

/** What the platform provides. */
public record Ports(
        BundleResolver resolver, RoutePublisher routes, LoadSource loads, TenantPolicy policy) {}
