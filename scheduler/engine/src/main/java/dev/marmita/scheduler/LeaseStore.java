package dev.marmita.scheduler;

import java.time.Duration;
import java.util.OptionalLong;

/** The right to act, one holder at a time. Time is the database's. */
public interface LeaseStore {

    /**
     * Takes the lease where it is free, has run out, or is the same holder's already; each time its
     * epoch grows, so that what an earlier life of the holder still has in hand is refused.
     *
     * @return the new epoch; empty: another one holds it
     */
    OptionalLong acquire(String holder, Duration ttl);

    /**
     * @return whether it is still held in that epoch, now for another {@code ttl}
     */
    boolean renew(String holder, long epoch, Duration ttl);

    /** Frees it at once; harmless where it is lost already. */
    void release(String holder, long epoch);
}
