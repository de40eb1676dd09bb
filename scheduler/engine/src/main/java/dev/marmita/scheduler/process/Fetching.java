package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.Failure.Reason;
import dev.marmita.scheduler.process.ArtifactFetcher.Fetched;
import dev.marmita.scheduler.spec.Bundle;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;

/** Brings a replica's artifacts, with patience. Used by one thread. */
final class Fetching {

    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);
    private static final int CORRUPT_TRIES = 2;

    /** The replica that waits. */
    interface Waiter {
        /** Whether it was told to stop. */
        boolean stopped();

        /** Until then, or until {@link #wake} or an order to stop. */
        void await(Duration most) throws InterruptedException;

        /** Ends {@link #await}. */
        void wake();

        /** Told why it still waits. */
        void problem(ReplicaException refused);
    }

    private final ArtifactFetcher artifacts;
    private final Duration patience;
    private final Waiter waiter;

    Fetching(ArtifactFetcher artifacts, Duration patience, Waiter waiter) {
        this.artifacts = artifacts;
        this.patience = patience;
        this.waiter = waiter;
    }

    /** Tries for a while; empty where the waiter was told to stop meanwhile. */
    Optional<Fetched> fetch(Bundle bundle) throws ReplicaException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = FIRST_RETRY;
        int corrupt = 0;
        while (!waiter.stopped()) {
            try {
                return once(bundle);
            } catch (ReplicaException e) {
                corrupt += e.failure().reason() == Reason.ARTIFACT_CORRUPT ? 1 : 0;
                boolean again =
                        switch (e.failure().reason()) {
                            case ARTIFACT_UNAVAILABLE, DISK_FULL -> true;
                            case ARTIFACT_CORRUPT -> corrupt < CORRUPT_TRIES;
                            default -> false;
                        };
                if (!again || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                if (e.failure().reason() == Reason.DISK_FULL) {
                    artifacts.evictUnused();
                }
                waiter.problem(e);
                waiter.await(jittered(pause));
                pause =
                        pause.multipliedBy(2).compareTo(LONGEST_RETRY) < 0
                                ? pause.multipliedBy(2)
                                : LONGEST_RETRY;
            }
        }
        return Optional.empty();
    }

    private static Duration jittered(Duration pause) {
        return Duration.ofMillis(
                Math.round(pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
    }

    /** On another thread, so that an order to stop need not wait for a slow source. */
    private Optional<Fetched> once(Bundle bundle) throws ReplicaException, InterruptedException {
        CompletableFuture<Fetched> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("fetch-" + bundle.service().name())
                .start(
                        () -> {
                            try {
                                result.complete(artifacts.fetch(bundle));
                            } catch (Throwable e) {
                                result.completeExceptionally(e);
                            } finally {
                                waiter.wake();
                            }
                        });
        while (!result.isDone() && !waiter.stopped()) {
            waiter.await(LONGEST_RETRY);
        }
        if (!result.isDone()) {
            return Optional.empty();
        }
        try {
            return Optional.of(result.join());
        } catch (CompletionException e) {
            if (e.getCause() instanceof ReplicaException refused) {
                throw new ReplicaException(refused.failure().reason(), refused.failure().message());
            }
            throw e;
        }
    }
}
