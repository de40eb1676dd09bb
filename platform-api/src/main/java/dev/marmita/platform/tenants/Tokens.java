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
import java.util.Objects;
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
    private final TenantDirectory tenants;
    private final TransactionOperations transactions;
    private final InstantSource clock;
    private final RandomGenerator random;

    Tokens(
            ApiTokenRepository repository,
            TokenUse use,
            AccessProperties settings,
            TenantDirectory tenants,
            TransactionOperations transactions,
            InstantSource clock,
            RandomGenerator random) {
        this.repository = repository;
        this.use = use;
        this.settings = settings;
        this.tenants = tenants;
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
        if (draft.tenant().isEmpty() && draft.scopes().contains(Scope.INVOKE)) {
            throw ProblemException.field(
                    "scopes",
                    "cannot have 'invoke' in a token of the platform: endpoints are tenants'");
        }
        Instant now = now();
        return Objects.requireNonNull(transactions.execute(tx -> store(text, draft, actor, now)));
    }

    private Created store(TokenText text, Draft draft, String actor, Instant now) {
        draft.tenant().ifPresent(tenant -> checkCount(tenant, now));
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
        repository.saveAndFlush(ApiTokenEntity.of(text, token));
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

    /**
     * At most {@code limit} tokens by id, with those revoked and expired lately.
     *
     * @param tenant empty: the platform's
     */
    List<ApiToken> list(Optional<TenantId> tenant, String after, int limit) {
        return tenant
                .map(
                        of ->
                                repository.findByTenantAndIdGreaterThanOrderById(
                                        of.value(), after, Limit.of(limit)))
                .orElseGet(
                        () ->
                                repository.findByTenantIsNullAndIdGreaterThanOrderById(
                                        after, Limit.of(limit)))
                .stream()
                .map(ApiTokenEntity::token)
                .toList();
    }

    /**
     * Idempotent. Gateways know within a second.
     *
     * @param tenant empty: the platform's
     * @throws ProblemException where it is the last that administers the platform
     */
    void revoke(Optional<TenantId> tenant, String id) {
        transactions.executeWithoutResult(
                tx -> {
                    Instant now = clock.instant();
                    ApiTokenEntity token = require(tenant, id);
                    if (tenant.isEmpty()) {
                        checkNotTheLast(id, now);
                    }
                    token.revoke(now);
                });
    }

    /**
     * Makes a token of the same kind; the old one is good for {@code overlap} yet, so that nobody is locked
     * out while the new one is carried around.
     *
     * @param lifetime of the new one; empty: as long as the old one's was
     * @throws ProblemException where the old one is dead already
     */
    Created rotate(
            Optional<TenantId> tenant,
            String id,
            Duration overlap,
            Optional<Duration> lifetime,
            String actor) {
        TokenText text = TokenText.random(random);
        return Objects.requireNonNull(
                transactions.execute(
                        tx -> {
                            Instant now = now();
                            ApiTokenEntity row = require(tenant, id);
                            ApiToken old = row.token();
                            if (!old.isLive(now)) {
                                throw ProblemException.of(
                                        ErrorCode.CONFLICT,
                                        "Token '" + id + "' has ended; make a new one");
                            }
                            Optional<Duration> life =
                                    lifetime.or(
                                            () ->
                                                    old.expiresAt()
                                                            .map(
                                                                    end ->
                                                                            Duration.between(
                                                                                    old.createdAt(),
                                                                                    end)));
                            row.endBy(now.plus(overlap));
                            return store(
                                    text,
                                    new Draft(
                                            old.name(),
                                            tenant,
                                            old.scopes(),
                                            old.deployments(),
                                            life),
                                    actor,
                                    now);
                        }));
    }

    private ApiTokenEntity require(Optional<TenantId> tenant, String id) {
        return tenant.map(of -> repository.findByIdAndTenant(id, of.value()))
                .orElseGet(() -> repository.findByIdAndTenantIsNull(id))
                .orElseThrow(
                        () ->
                                ProblemException.of(
                                        ErrorCode.NOT_FOUND, "There is no token '" + id + "'"));
    }

    private void checkNotTheLast(String id, Instant now) {
        List<ApiToken> administrators =
                repository.lockPlatforms().stream()
                        .map(ApiTokenEntity::token)
                        .filter(token -> token.isLive(now) && token.scopes().contains(Scope.ADMIN))
                        .toList();
        if (administrators.size() == 1 && administrators.getFirst().id().equals(id)) {
            throw ProblemException.of(
                    ErrorCode.CONFLICT,
                    "This is the last token that administers the platform; make another first");
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
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
        int most =
                tenants.plan(tenant)
                        .flatMap(plan -> Optional.ofNullable(plan.maxTokens()))
                        .map(allowed -> Math.min(allowed, settings.maxTokensPerTenant()))
                        .orElse(settings.maxTokensPerTenant());
        if (repository.countLive(tenant.value(), now) >= most) {
            throw ProblemException.of(
                    ErrorCode.PLAN_EXCEEDED,
                    "Limit maxTokens of the tenant's plan is "
                            + most
                            + ", and so many live; revoke some first");
        }
    }
}
