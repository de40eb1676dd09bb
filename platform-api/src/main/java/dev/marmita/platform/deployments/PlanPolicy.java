package dev.marmita.platform.deployments;

import dev.marmita.platform.tenants.Plan;
import dev.marmita.platform.tenants.TenantDirectory;
import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.TenantPolicy;
import dev.marmita.scheduler.spec.DeploymentSpec;
import dev.marmita.scheduler.spec.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Holds specifications to the tenant's plan. */
@Component
final class PlanPolicy implements TenantPolicy {

    private final TenantDirectory tenants;

    PlanPolicy(TenantDirectory tenants) {
        this.tenants = tenants;
    }

    @Override
    public List<FieldError> check(EndpointId endpoint, DeploymentSpec spec, int deployments) {
        Optional<Plan> plan = tenants.plan(endpoint.tenant());
        return plan.isEmpty()
                ? List.of(new FieldError("", "there is no tenant '" + endpoint.tenant() + "'"))
                : check(plan.get(), spec, deployments);
    }

    static List<FieldError> check(Plan plan, DeploymentSpec spec, int deployments) {
        List<FieldError> errors = new ArrayList<>();
        if (deployments > plan.maxDeployments()) {
            errors.add(
                    new FieldError(
                            "",
                            "limit maxDeployments of the plan is "
                                    + plan.maxDeployments()
                                    + ", and the tenant has "
                                    + (deployments - 1)));
        }
        if (!plan.modes().contains(spec.mode().text())) {
            errors.add(
                    new FieldError(
                            "mode",
                            "the plan allows "
                                    + String.join(", ", plan.modes().stream().sorted().toList())));
        }
        if (!plan.nodePools().contains(spec.nodePool())) {
            errors.add(
                    new FieldError(
                            "nodePool",
                            "the plan allows "
                                    + String.join(
                                            ", ", plan.nodePools().stream().sorted().toList())));
        }
        if (spec.scaling().maxReplicas() > plan.maxReplicas()) {
            errors.add(
                    new FieldError(
                            "scaling.maxReplicas",
                            "the plan allows at most " + plan.maxReplicas()));
        }
        if (spec.resources().cpuMillis() > plan.maxCpu() * 1000) {
            errors.add(
                    new FieldError(
                            "resources.cpu",
                            "the plan allows at most " + plan.maxCpu() + " cores"));
        }
        if (spec.resources().memoryBytes() > plan.maxMemory().toBytes()) {
            errors.add(
                    new FieldError(
                            "resources.memory",
                            "the plan allows at most " + plan.maxMemory().toMegabytes() + "Mi"));
        }
        if (plan.maxBody() != null && spec.limits().maxBodyBytes() > plan.maxBody().toBytes()) {
            errors.add(
                    new FieldError(
                            "limits.maxBody",
                            "the plan allows at most " + plan.maxBody().toMegabytes() + "Mi"));
        }
        return errors;
    }
}
