package dev.marmita.platform.tenants;

import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.TenantId;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Which tenants live, and on what plan. */
@Component
public final class TenantDirectory {

    private final TenantRepository repository;
    private final PlanCatalog plans;

    TenantDirectory(TenantRepository repository, PlanCatalog plans) {
        this.repository = repository;
        this.plans = plans;
    }

    /** Empty where there is none, or it is being deleted. */
    public Optional<Tenant> live(TenantId id) {
        return repository
                .findById(id.value())
                .filter(TenantEntity::isActive)
                .map(TenantEntity::tenant);
    }

    /**
     * @throws ProblemException where there is no living tenant of that name
     */
    public Tenant require(TenantId id) {
        return live(id).orElseThrow(() -> unknown(id));
    }

    /** The plan of a living tenant; empty too where there is no such plan any more. */
    public Optional<Plan> plan(TenantId id) {
        return live(id).flatMap(tenant -> plans.find(tenant.plan()));
    }

    static ProblemException unknown(TenantId id) {
        return ProblemException.of(ErrorCode.NOT_FOUND, "There is no tenant '" + id + "'");
    }
}
