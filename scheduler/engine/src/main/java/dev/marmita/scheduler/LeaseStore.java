package dev.marmita.scheduler;

import java.time.Duration;
import java.util.OptionalLong;

/** The right to act, one holder at a time. Time is the database's. */
public interface LeaseStore {

    /**
     * Takes the lease where it is free or has run out; its epoch grows each time, so that what the former
     * holder still has in hand is refused.
     *
     * @param inherit also take it where it is the same holder's: an earlier life's of this one
     * @return the new epoch; empty: another one holds it
     */
    OptionalLong acquire(String holder, Duration ttl, boolean inherit);

    /**
     * @return whether it is still held in that epoch, now for another {@code ttl}
     */
    boolean renew(String holder, long epoch, Duration ttl);

    /** Frees it at once; harmless where it is lost already. */
    void release(String holder, long epoch);
}
