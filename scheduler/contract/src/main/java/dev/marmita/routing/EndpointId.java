package dev.marmita.routing;

import java.util.Comparator;

/** A deployment of a tenant, and so its endpoint: unique on the platform. */
public record EndpointId(TenantId tenant, DeploymentName deployment)
        implements Comparable<EndpointId> {

    private static final Comparator<EndpointId> ORDER =
            Comparator.comparing(EndpointId::tenant).thenComparing(EndpointId::deployment);

    /** From plain names. */
    public static EndpointId of(String tenant, String deployment) {
        return new EndpointId(new TenantId(tenant), new DeploymentName(deployment));
    }

    @Override
    public int compareTo(EndpointId other) {
        return ORDER.compare(this, other);
    }

    /** {@code tenant/deployment}. */
    @Override
    public String toString() {
        return tenant + "/" + deployment;
    }
}
