package dev.marmita.scheduler.jpa;

import dev.marmita.routing.EndpointId;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.io.Serializable;

/** Tenant and name. */
@Embeddable
record DeploymentKey(@Column(name = "tenant") String tenant, @Column(name = "name") String name)
        implements Serializable {

    static DeploymentKey of(EndpointId endpoint) {
        return new DeploymentKey(endpoint.tenant().value(), endpoint.deployment().value());
    }

    EndpointId endpoint() {
        return EndpointId.of(tenant, name);
    }
}
