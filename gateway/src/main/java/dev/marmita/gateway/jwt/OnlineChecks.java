package dev.marmita.gateway.jwt;

import dev.marmita.access.Principal;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks an issuer whether tokens are still good, and who their holders are by now; an answer counts for seconds.
 * Where the issuer cannot be asked nobody is let in: that is what who asks for such checks wants. Thread-safe.
 */
final class OnlineChecks {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_ANSWERS = 10_000;
    private static final int MOST_AT_ONCE = 256;

    private record Answer(Verification verification, Instant until) {}

    private final IssuerSettings.OnlineCheck settings;
    private final ClaimCheck claims;
    private final IssuerKeys keys;
    private final Provider provider;
    private final Executor threads;
    private final InstantSource clock;
    private final ConcurrentMap<TokenCache.Hash, Answer> answers = new ConcurrentHashMap<>();
    private final ConcurrentMap<TokenCache.Hash, CompletableFuture<Verification>> running =
            new ConcurrentHashMap<>();

    OnlineChecks(
            IssuerSettings.OnlineCheck settings,
            ClaimCheck claims,
            IssuerKeys keys,
            Provider provider,
            Executor threads,
            InstantSource clock) {
        this.settings = settings;
        this.claims = claims;
        this.keys = keys;
        this.provider = provider;
        this.threads = threads;
        this.clock = clock;
    }

    /**
     * @param offline what the token by itself says
     */
    Verification check(String token, TokenCache.Hash hash, Verification.Accepted offline) {
        Answer known = answers.get(hash);
        if (known != null && clock.instant().isBefore(known.until())) {
            return known.verification();
        }
        if (running.size() >= MOST_AT_ONCE) {
            return new Verification.Unavailable("too many tokens are being checked");
        }
        CompletableFuture<Verification> made = new CompletableFuture<>();
        CompletableFuture<Verification> already = running.putIfAbsent(hash, made);
        if (already != null) {
            return new Verification.Pending(already);
        }
        try {
            threads.execute(() -> ask(token, hash, offline, made));
        } catch (RejectedExecutionException closing) {
            running.remove(hash);
            made.complete(new Verification.Unavailable("closing"));
        }
        return new Verification.Pending(made);
    }

    private void ask(
            String token,
            TokenCache.Hash hash,
            Verification.Accepted offline,
            CompletableFuture<Verification> done) {
        Verification outcome = new Verification.Unavailable("the check failed");
        try {
            outcome = answer(token, offline);
            if (!(outcome instanceof Verification.Unavailable)) {
                keep(hash, outcome);
            }
        } finally {
            running.remove(hash);
            done.complete(outcome);
        }
    }

    private Verification answer(String token, Verification.Accepted offline) {
        @Nullable URI page = keys.introspection();
        if (page == null) {
            return new Verification.Unavailable("the identity provider offers no introspection");
        }
        try {
            JsonNode answer =
                    JSON.readTree(
                            provider.post(
                                    page,
                                    Map.of("token", token, "token_type_hint", "access_token"),
                                    settings.clientId(),
                                    settings.clientSecret()));
            if (!answer.path("active").asBoolean(false)) {
                return new Verification.Refused("the token was revoked");
            }
            return renewed(answer, offline);
        } catch (IOException | JacksonException failure) {
            return new Verification.Unavailable("the identity provider cannot be asked");
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return new Verification.Unavailable("closing");
        }
    }

    /**
     * Who it is stays as signed; what groups he is in is what the issuer says now. One that says nothing of groups
     * means that there are none: Keycloak leaves the claim out then.
     */
    private Verification renewed(JsonNode answer, Verification.Accepted offline) {
        Principal.Member before = offline.member();
        return new Verification.Accepted(
                offline.issuer(),
                offline.name(),
                claims.member(
                        before.subject(),
                        before.home(),
                        claims.groups(answer),
                        before.expiresAt()));
    }

    private void keep(TokenCache.Hash hash, Verification outcome) {
        Instant now = clock.instant();
        if (answers.size() >= MOST_ANSWERS) {
            answers.values().removeIf(answer -> !now.isBefore(answer.until()));
            if (answers.size() >= MOST_ANSWERS) {
                answers.clear();
            }
        }
        answers.put(hash, new Answer(outcome, now.plus(settings.lifetime())));
    }
}
