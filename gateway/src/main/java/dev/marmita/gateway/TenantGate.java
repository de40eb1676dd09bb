package dev.marmita.gateway;

import dev.marmita.routing.TenantLimits;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Holds one tenant to what its plan allows. The rate is kept by the generic cell rate algorithm: one number,
 * the time at which the requests let in so far would be over if they came at the sustained rate. Lock-free;
 * time comes in as {@code System.nanoTime()} values.
 */
final class TenantGate {

    private static final double SECOND = 1e9;

    private final AtomicLong over;
    private final AtomicInteger inside = new AtomicInteger();
    private volatile TenantLimits limits;

    TenantGate(TenantLimits limits, long now) {
        this.limits = limits;
        this.over = new AtomicLong(now);
    }

    /** From the next request on. */
    void limits(TenantLimits now) {
        limits = now;
    }

    /**
     * Lets one request in, who then has to {@link #leave}.
     *
     * @return why not; null: it is in
     */
    @Nullable Refusal enter(long now) {
        TenantLimits held = limits;
        int most = held.concurrent();
        if (inside.incrementAndGet() > most && most > 0) {
            inside.decrementAndGet();
            return Refusal.tooManyAtOnce(most);
        }
        long early = held.requestsPerSecond() > 0 ? take(held, now) : 0;
        if (early > 0) {
            inside.decrementAndGet();
            return Refusal.tooFast(held.requestsPerSecond(), held.burst(), early);
        }
        return null;
    }

    /** @return nanoseconds that it comes too early; 0: it was counted */
    private long take(TenantLimits held, long now) {
        long step = Math.max(1, (long) (SECOND / held.requestsPerSecond()));
        long slack = step * (held.burst() - 1L);
        while (true) {
            long before = over.get();
            long begin = before - now > 0 ? before : now;
            long early = begin - now - slack;
            if (early > 0) {
                return early;
            }
            if (over.compareAndSet(before, begin + step)) {
                return 0;
            }
        }
    }

    void leave() {
        inside.decrementAndGet();
    }

    int inside() {
        return inside.get();
    }
}
