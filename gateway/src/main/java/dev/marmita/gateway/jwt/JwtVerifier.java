package dev.marmita.gateway.jwt;

import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Tells whom a token of an identity provider stands for. Never blocks: what has to be asked of the provider is
 * asked beside. A provider that is down is not noticed while its keys are known. Thread-safe.
 */
public final class JwtVerifier implements AutoCloseable {

    private static final Duration REFRESH = Duration.ofMinutes(5);
    private static final Duration RETRY = Duration.ofSeconds(10);

    private record Issuer(
            ClaimCheck claims, IssuerKeys keys, @Nullable OnlineChecks onlineChecks) {}

    private final Map<String, Issuer> issuers = new HashMap<>();
    private final InstantSource clock;
    private final ExecutorService threads;
    private final Provider provider;
    private volatile TokenCache cache = new TokenCache();

    private JwtVerifier(
            JwtSettings settings, Provider provider, InstantSource clock, ExecutorService threads) {
        this.clock = clock;
        this.threads = threads;
        this.provider = provider;
        for (IssuerSettings each : settings.issuers()) {
            ClaimCheck claims = new ClaimCheck(each, settings.clockSkew());
            IssuerKeys keys =
                    new IssuerKeys(
                            each.uri(),
                            provider,
                            threads,
                            clock,
                            settings.keyMaxAge(),
                            settings.folder() == null
                                    ? null
                                    : new KeyFile(settings.folder(), each.uri()),
                            this::forget);
            OnlineChecks onlineChecks =
                    each.onlineCheck()
                            .map(
                                    check ->
                                            new OnlineChecks(
                                                    check, claims, keys, provider, threads, clock))
                            .orElse(null);
            issuers.put(each.uri(), new Issuer(claims, keys, onlineChecks));
        }
    }

    /** Returns at once; keys are fetched beside, and again every few minutes. */
    public static JwtVerifier start(JwtSettings settings, InstantSource clock) {
        JwtVerifier verifier = start(settings, new HttpProvider(), clock);
        verifier.keepFresh();
        return verifier;
    }

    /** Fetches keys only where a token asks for them. */
    static JwtVerifier start(JwtSettings settings, Provider provider, InstantSource clock) {
        return new JwtVerifier(
                settings, provider, clock, Executors.newVirtualThreadPerTaskExecutor());
    }

    private void keepFresh() {
        issuers.values().forEach(issuer -> threads.execute(() -> keepFresh(issuer.keys())));
    }

    private static void keepFresh(IssuerKeys keys) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                keys.refresh().join();
                long pause = (keys.problem() == null ? REFRESH : RETRY).toMillis();
                Thread.sleep(pause + ThreadLocalRandom.current().nextLong(pause / 4));
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a text has the form of such a token, so that {@link #verify} is to be asked; costs nothing. */
    public static boolean looksLikeOne(String token) {
        return CompactToken.looksLikeOne(token);
    }

    /** {@link Verification.Pending} only where the identity provider has to be asked. */
    public Verification verify(String token) {
        if (token.length() > CompactToken.LONGEST) {
            return new Verification.Refused("the token is too long");
        }
        TokenCache.Hash hash = TokenCache.Hash.of(token);
        TokenCache current = cache;
        Verification.Accepted known = current.get(hash, clock.instant());
        if (known != null) {
            return online(issuers.get(known.issuer()), token, hash, known);
        }
        CompactToken parsed;
        try {
            parsed = CompactToken.parse(token);
        } catch (CompactToken.Malformed malformed) {
            return new Verification.Refused(String.valueOf(malformed.getMessage()));
        }
        // Only says whose key to try.
        Issuer issuer = issuers.get(parsed.claims().path("iss").asString(""));
        if (issuer == null) {
            return new Verification.Refused("the token is of an issuer that is not believed here");
        }
        PublicKey key = issuer.keys().find(parsed.kid(), parsed.algorithm());
        if (key != null) {
            return online(issuer, token, hash, signed(issuer, parsed, key, hash, current));
        }
        CompletableFuture<Void> fetched = issuer.keys().refetch();
        return fetched == null
                ? unknownKey(issuer)
                : new Verification.Pending(
                        fetched.thenCompose(nothing -> again(issuer, token, hash, parsed)));
    }

    /** After keys were fetched: no second time. */
    private CompletableFuture<Verification> again(
            Issuer issuer, String token, TokenCache.Hash hash, CompactToken parsed) {
        PublicKey key = issuer.keys().find(parsed.kid(), parsed.algorithm());
        if (key == null) {
            return CompletableFuture.completedFuture(unknownKey(issuer));
        }
        Verification outcome =
                online(issuer, token, hash, signed(issuer, parsed, key, hash, cache));
        return outcome instanceof Verification.Pending pending
                ? pending.outcome()
                : CompletableFuture.completedFuture(outcome);
    }

    private static Verification unknownKey(Issuer issuer) {
        return issuer.keys().problem() == null
                ? new Verification.Refused("the token is signed by a key that its issuer has not")
                : new Verification.Unavailable("the keys of the token's issuer cannot be fetched");
    }

    private Verification signed(
            Issuer issuer,
            CompactToken token,
            PublicKey key,
            TokenCache.Hash hash,
            TokenCache current) {
        if (!token.algorithm().verifies(key, token.signed(), token.signature())) {
            return new Verification.Refused("the token's signature is not its issuer's");
        }
        Instant now = clock.instant();
        Verification outcome = issuer.claims().check(token.claims(), now);
        if (outcome instanceof Verification.Accepted accepted) {
            current.put(hash, accepted, accepted.member().expiresAt().orElse(now), now);
        }
        return outcome;
    }

    private static Verification online(
            @Nullable Issuer issuer, String token, TokenCache.Hash hash, Verification offline) {
        return issuer != null
                        && issuer.onlineChecks() != null
                        && offline instanceof Verification.Accepted accepted
                ? issuer.onlineChecks().check(token, hash, accepted)
                : offline;
    }

    /** A key that is gone takes its tokens with it. */
    private void forget() {
        cache = new TokenCache();
    }

    /** Ends what is under way; pending outcomes complete. */
    @Override
    public void close() {
        threads.shutdownNow();
        provider.close();
    }
}
