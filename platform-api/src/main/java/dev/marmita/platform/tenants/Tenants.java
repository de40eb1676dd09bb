package dev.marmita.platform.tenants;

import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Deployments;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Limit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionOperations;

/** The tenants of the platform. */
@Service
final class Tenants {

    private static final Logger LOG = LoggerFactory.getLogger(Tenants.class);

    private final TenantRepository repository;
    private final Deployments deployments;
    private final PlanCatalog plans;
    private final TransactionOperations transactions;
    private final InstantSource clock;

    Tenants(
            TenantRepository repository,
            Deployments deployments,
            PlanCatalog plans,
            TransactionOperations transactions,
            InstantSource clock) {
        this.repository = repository;
        this.deployments = deployments;
        this.plans = plans;
        this.transactions = transactions;
        this.clock = clock;
    }

    Tenant create(TenantId id, String displayName, String plan, String actor) {
        checkPlan(plan);
        var entity = new TenantEntity(id.value(), displayName, plan, clock.instant(), actor);
        try {
            transactions.executeWithoutResult(
                    tx -> {
                        if (repository.existsById(id.value())) {
                            throw taken(id);
                        }
                        repository.saveAndFlush(entity);
                    });
        } catch (DataIntegrityViolationException sameMoment) {
            throw taken(id);
        }
        return entity.tenant();
    }

    /** Puts a tenant on another plan; what runs goes on, what is asked for from now on must fit. */
    Tenant update(TenantId id, Optional<String> displayName, Optional<String> plan) {
        plan.ifPresent(this::checkPlan);
        return Objects.requireNonNull(
                transactions.execute(
                        tx -> {
                            TenantEntity row =
                                    repository
                                            .findById(id.value())
                                            .filter(TenantEntity::isActive)
                                            .orElseThrow(() -> TenantDirectory.unknown(id));
                            displayName.ifPresent(row::rename);
                            plan.ifPresent(row::moveTo);
                            return repository.saveAndFlush(row).tenant();
                        }));
    }

    private void checkPlan(String plan) {
        if (plans.find(plan).isEmpty()) {
            throw ProblemException.field(
                    "plan", "must be one of " + String.join(", ", plans.all().keySet()));
        }
    }

    /** One that is being deleted is there until it is gone. */
    Tenant get(TenantId id) {
        return repository
                .findById(id.value())
                .map(TenantEntity::tenant)
                .orElseThrow(() -> TenantDirectory.unknown(id));
    }

    /** At most {@code limit} tenants by name. */
    List<Tenant> list(String after, int limit) {
        return repository.findByNameGreaterThanOrderByName(after, Limit.of(limit)).stream()
                .map(TenantEntity::tenant)
                .toList();
    }

    /**
     * Deletes a tenant: its endpoints and tokens are dead when this returns, its replicas stop and its rows
     * go afterwards. Idempotent while it goes.
     *
     * @param cascade whether it may have deployments
     * @return whether it is gone for good already
     */
    boolean delete(TenantId id, boolean cascade) {
        Tenant tenant = get(id);
        if (!tenant.deleting() && !cascade && hasDeployments(id)) {
            throw ProblemException.of(
                    ErrorCode.IN_USE,
                    "Tenant '"
                            + id
                            + "' has deployments; delete them first, or all of it with ?cascade=true");
        }
        transactions.executeWithoutResult(
                tx -> repository.findById(id.value()).ifPresent(TenantEntity::markDeleting));
        return sweep(id);
    }

    /** Goes on with deletions; also with those that a crash has interrupted. */
    @Scheduled(fixedDelay = 2_000, initialDelay = 2_000)
    void sweepDeleted() {
        try {
            repository.findByState("deleting").forEach(row -> sweep(row.tenant().id()));
        } catch (RuntimeException later) {
            LOG.debug("deleted tenants could not be swept: {}", later.toString());
        }
    }

    private boolean sweep(TenantId id) {
        deployments.deleteAll(id);
        if (hasDeployments(id)) {
            return false;
        }
        transactions.executeWithoutResult(tx -> repository.deleteById(id.value()));
        return true;
    }

    private boolean hasDeployments(TenantId id) {
        return !deployments.list(id, 1, Optional.empty()).items().isEmpty();
    }

    private static ProblemException taken(TenantId id) {
        return ProblemException.of(
                ErrorCode.ALREADY_EXISTS, "There is a tenant '" + id + "' already");
    }
}
