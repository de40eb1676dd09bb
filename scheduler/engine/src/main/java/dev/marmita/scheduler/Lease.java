package dev.marmita.scheduler;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the lease, or keeps trying to. Locally it counts as lost a fifth of its time before the database
 * could give it to another, counted from before the request for it was sent.
 */
final class Lease {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private record Held(long epoch, long untilNanos) {}

    private final LeaseStore store;
    private final String holder;
    private final Duration ttl;
    private final LongSupplier nanos;
    private final AtomicReference<@Nullable Held> held = new AtomicReference<>();

    /** From then on there is no earlier life to inherit from. Only touched by {@link #refresh}. */
    private boolean heldOnce;

    Lease(LeaseStore store, String holder, Duration ttl, LongSupplier nanos) {
        this.store = store;
        this.holder = holder;
        this.ttl = ttl;
        this.nanos = nanos;
    }

    /** The epoch in which this scheduler may act now; empty: it may not. */
    OptionalLong epoch() {
        Held now = held.get();
        return now != null && now.untilNanos() - nanos.getAsLong() > 0
                ? OptionalLong.of(now.epoch())
                : OptionalLong.empty();
    }

    /**
     * Takes or renews it. Called every {@code ttl / 4} or so.
     *
     * @return whether it was newly taken
     */
    boolean refresh() {
        long until = nanos.getAsLong() + ttl.toNanos() / 5 * 4;
        Held before = held.get();
        if (before != null && store.renew(holder, before.epoch(), ttl)) {
            held.set(new Held(before.epoch(), until));
            return false;
        }
        if (before != null) {
            LOG.warn("lost the scheduler's lease of epoch {}", before.epoch());
            held.set(null);
        }
        OptionalLong epoch = store.acquire(holder, ttl, !heldOnce);
        epoch.ifPresent(
                taken -> {
                    LOG.info("leads as {} in epoch {}", holder, taken);
                    held.set(new Held(taken, until));
                    heldOnce = true;
                });
        return epoch.isPresent();
    }

    void lose() {
        held.set(null);
    }

    void release() {
        Held before = held.getAndSet(null);
        if (before != null) {
            store.release(holder, before.epoch());
        }
    }
}
