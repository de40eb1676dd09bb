package dev.marmita.gateway.jwt;

import java.io.IOException;
import java.net.URI;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The keys of one issuer: the last that it published, fetched again when they are old and when a token names one
 * that is not among them – but not more often than every few seconds, whoever sends such tokens. Thread-safe.
 */
final class IssuerKeys {

    /** Between two fetches that tokens with unknown keys cause. */
    static final Duration LEAST_PAUSE = Duration.ofSeconds(1);

    static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * @param fetchedAt when the keys were good
     * @param triedAt when they were asked for, whatever came of it
     * @param problem of the last try; null: none
     */
    private record State(
            KeySet keys,
            @Nullable URI introspection,
            Instant fetchedAt,
            Instant triedAt,
            @Nullable String problem) {}

    private final String issuer;
    private final Provider provider;
    private final Executor threads;
    private final InstantSource clock;
    private final Duration maxAge;
    private final @Nullable KeyFile file;
    private final Runnable changed;
    private volatile State state = new State(KeySet.NONE, null, Instant.EPOCH, Instant.EPOCH, null);
    private @Nullable CompletableFuture<Void> running; // guarded by this

    /**
     * @param changed told after other keys are in force
     */
    IssuerKeys(
            String issuer,
            Provider provider,
            Executor threads,
            InstantSource clock,
            Duration maxAge,
            @Nullable KeyFile file,
            Runnable changed) {
        this.issuer = issuer;
        this.provider = provider;
        this.threads = threads;
        this.clock = clock;
        this.maxAge = maxAge;
        this.file = file;
        this.changed = changed;
        if (file != null) {
            file.read().ifPresent(this::restore);
        }
    }

    private void restore(KeyFile.Content content) {
        try {
            state =
                    new State(
                            KeySet.parse(content.keys()),
                            content.introspection() == null
                                    ? null
                                    : IssuerSettings.requireSafe(content.introspection()),
                            content.at(),
                            Instant.EPOCH,
                            null);
        } catch (IOException | RuntimeException damaged) {
            LOG.warn("kept keys of {} are not used: {}", issuer, damaged.toString());
        }
    }

    /** Null: not among those that are known and young enough. */
    @Nullable PublicKey find(String kid, Algorithm algorithm) {
        State now = state;
        return isTooOld(now) ? null : now.keys().find(kid, algorithm);
    }

    /** Null: the issuer has no such page, or was never reached. */
    @Nullable URI introspection() {
        return state.introspection();
    }

    private boolean isTooOld(State now) {
        return clock.instant().isAfter(now.fetchedAt().plus(maxAge));
    }

    /** Why nobody can tell whether a key exists; null: the keys are as new as can be asked for. */
    @Nullable String problem() {
        return state.problem();
    }

    /**
     * Asks for the keys because one is missing.
     *
     * @return null: they were asked for a moment ago; completes without a value, never exceptionally
     */
    synchronized @Nullable CompletableFuture<Void> refetch() {
        if (running != null) {
            return running;
        }
        State now = state;
        Duration pause = now.problem() == null ? LEAST_PAUSE : AFTER_FAILURE;
        return clock.instant().isBefore(now.triedAt().plus(pause)) ? null : refresh();
    }

    /** Asks for the keys now, unless that is under way. */
    synchronized CompletableFuture<Void> refresh() {
        CompletableFuture<Void> already = running;
        if (already != null) {
            return already;
        }
        CompletableFuture<Void> made = new CompletableFuture<>();
        running = made;
        try {
            threads.execute(() -> fetch(made));
        } catch (RejectedExecutionException closing) {
            running = null;
            made.complete(null);
        }
        return made;
    }

    private void fetch(CompletableFuture<Void> done) {
        State before = state;
        State after;
        try {
            after = published();
            LOG.debug("keys of {} fetched", issuer);
        } catch (IOException | JacksonException | IllegalArgumentException failure) {
            if (before.problem() == null) {
                LOG.warn("the keys of {} cannot be fetched: {}", issuer, failure.getMessage());
            }
            after = failed(before, String.valueOf(failure.getMessage()));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            after = failed(before, "closing");
        }
        state = after;
        if (!after.keys().equals(before.keys())) {
            changed.run();
        }
        synchronized (this) {
            running = null;
        }
        done.complete(null);
    }

    private State failed(State before, String problem) {
        return new State(
                before.keys(),
                before.introspection(),
                before.fetchedAt(),
                clock.instant(),
                problem);
    }

    private State published() throws IOException, InterruptedException {
        JsonNode discovery =
                JSON.readTree(
                        provider.get(
                                URI.create(
                                        issuer.replaceAll("/+$", "")
                                                + "/.well-known/openid-configuration")));
        if (!discovery.path("issuer").asString("").equals(issuer)) {
            throw new IOException(
                    "its discovery document is of another issuer: '"
                            + discovery.path("issuer").asString("")
                            + "'");
        }
        String keys =
                provider.get(IssuerSettings.requireSafe(discovery.path("jwks_uri").asString("")));
        KeySet parsed = KeySet.parse(keys);
        if (parsed.isEmpty()) {
            throw new IOException("it publishes no key that is accepted here");
        }
        String page = discovery.path("introspection_endpoint").asString("");
        Instant now = clock.instant();
        if (file != null) {
            file.write(
                    new KeyFile.Content(
                            issuer, now.toString(), page.isEmpty() ? null : page, keys));
        }
        return new State(
                parsed, page.isEmpty() ? null : IssuerSettings.requireSafe(page), now, now, null);
    }
}
