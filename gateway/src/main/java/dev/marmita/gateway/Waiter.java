package dev.marmita.gateway;

import org.jspecify.annotations.Nullable;

/**
 * A request's place in an endpoint's queue. Its fields are the {@link EndpointQueue}'s and guarded by it;
 * the claimant is told outside of its lock.
 */
final class Waiter {

    /** Who asked. Called on any thread, at most once per admission; must not block. */
    interface Claimant {
        void granted(Lease lease);

        void refused(Refusal refusal);
    }

    final Claimant claimant;
    @Nullable String avoid;
    long bytes;
    boolean queued;
    boolean cold;

    Waiter(Claimant claimant) {
        this.claimant = claimant;
    }
}
