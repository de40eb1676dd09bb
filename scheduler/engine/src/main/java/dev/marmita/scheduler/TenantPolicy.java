package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.spec.DeploymentSpec;
import dev.marmita.scheduler.spec.FieldError;
import java.util.List;

/** What a tenant's plan allows. */
public interface TenantPolicy {

    /**
     * @param deployments how many the tenant will have with this one
     * @return what the plan does not allow, naming the fields; empty: all is well. An unknown or
     *     deleted tenant is an error of the whole document
     */
    List<FieldError> check(EndpointId endpoint, DeploymentSpec spec, int deployments);
}
