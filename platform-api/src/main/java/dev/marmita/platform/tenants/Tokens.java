package dev.marmita.platform.tenants;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.CallerSource;
import dev.marmita.platform.access.Scope;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.domain.Limit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionOperations;

/** API tokens: made once, shown once, known by their SHA-256 only. */
@Service
final class Tokens implements CallerSource {

    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

    private final ApiTokenRepository repository;
    private final TokenUse use;
    private final AccessProperties settings;
    private final TransactionOperations transactions;
    private final InstantSource clock;
    private final RandomGenerator random;

    Tokens(
            ApiTokenRepository repository,
            TokenUse use,
            AccessProperties settings,
            TransactionOperations transactions,
            InstantSource clock,
            RandomGenerator random) {
        this.repository = repository;
        this.use = use;
        this.settings = settings;
        this.transactions = transactions;
        this.clock = clock;
        this.random = random;
    }

    /** What a new token shall be good for. */
    record Draft(
            String name,
            Optional<TenantId> tenant,
            Set<Scope> scopes,
            Set<DeploymentName> deployments,
            Optional<Duration> lifetime) {}

    /** A new token, the only time that its text is known. */
    record Created(TokenText text, ApiToken token) {}

    Created create(Draft draft, String actor) {
        return create(TokenText.random(random), draft, actor);
    }

    Created create(TokenText text, Draft draft, String actor) {
        if (draft.scopes().contains(Scope.ADMIN) && !draft.deployments().isEmpty()) {
            throw ProblemException.field(
                    "deployments", "cannot be limited for a token with scope 'admin'");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var token =
                new ApiToken(
                        text.id(),
                        draft.name(),
                        draft.tenant(),
                        draft.scopes(),
                        draft.deployments(),
                        now,
                        actor,
                        draft.lifetime().map(now::plus),
                        Optional.empty(),
                        Optional.empty());
        transactions.executeWithoutResult(
                tx -> {
                    draft.tenant().ifPresent(tenant -> checkCount(tenant, now));
                    repository.saveAndFlush(ApiTokenEntity.of(text, token));
                });
        return new Created(text, token);
    }

    @Override
    public Optional<Caller> find(String token) {
        Instant now = clock.instant();
        Optional<ApiToken> live =
                TokenText.parse(token)
                        .flatMap(text -> repository.findLive(text.sha256()))
                        .map(ApiTokenEntity::token)
                        .filter(found -> found.isLive(now));
        live.ifPresent(found -> use.used(found.id(), now));
        return live.map(ApiToken::caller);
    }

    /** At most {@code limit} tokens of a tenant by id, with those revoked and expired lately. */
    List<ApiToken> list(TenantId tenant, String after, int limit) {
        return repository
                .findByTenantAndIdGreaterThanOrderById(tenant.value(), after, Limit.of(limit))
                .stream()
                .map(ApiTokenEntity::token)
                .toList();
    }

    /** Idempotent. Gateways know within a second. */
    void revoke(TenantId tenant, String id) {
        transactions.executeWithoutResult(
                tx ->
                        repository
                                .findByIdAndTenant(id, tenant.value())
                                .orElseThrow(
                                        () ->
                                                ProblemException.of(
                                                        ErrorCode.NOT_FOUND,
                                                        "There is no token '" + id + "'"))
                                .revoke(clock.instant()));
    }

    /** What was revoked or expired a month ago is of no interest any more. */
    @Scheduled(fixedDelay = 3_600_000, initialDelay = 120_000)
    void forgetDead() {
        try {
            transactions.executeWithoutResult(
                    tx -> repository.deleteDead(clock.instant().minus(Duration.ofDays(30))));
        } catch (RuntimeException later) {
            LOG.debug("dead tokens are deleted later: {}", later.toString());
        }
    }

    private void checkCount(TenantId tenant, Instant now) {
        if (repository.countLive(tenant.value(), now) >= settings.maxTokensPerTenant()) {
            throw ProblemException.of(
                    ErrorCode.CONFLICT,
                    "The tenant has "
                            + settings.maxTokensPerTenant()
                            + " tokens already; revoke some first");
        }
    }
}
