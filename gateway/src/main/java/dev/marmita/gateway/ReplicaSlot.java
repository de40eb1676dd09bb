package dev.marmita.gateway;

import dev.marmita.routing.Route.Replica;
import java.time.Duration;

/**
 * What the gateway knows of one replica: how much it works and whether it is put aside. Guarded by its
 * {@link EndpointQueue}.
 */
final class ReplicaSlot {

    private static final long FIRST_ASIDE = Duration.ofMillis(100).toNanos();
    private static final long LONGEST_ASIDE = Duration.ofSeconds(5).toNanos();

    private final long revision;
    private Replica replica;
    private int inFlight;
    private int questions;
    private int failures;
    private long asideUntil;
    private boolean aside;

    ReplicaSlot(long revision, Replica replica) {
        this.revision = revision;
        this.replica = replica;
    }

    Replica replica() {
        return replica;
    }

    long revision() {
        return revision;
    }

    int inFlight() {
        return inFlight;
    }

    void update(Replica newer) {
        this.replica = newer;
    }

    boolean usable(long now) {
        return !aside || now - asideUntil >= 0;
    }

    boolean free() {
        return inFlight < replica.concurrency();
    }

    double load() {
        return (double) inFlight / replica.concurrency();
    }

    long asideUntil() {
        return asideUntil;
    }

    void began() {
        inFlight++;
    }

    void ended() {
        inFlight--;
    }

    /** Questions about tasks that it has at hand, which take none of its places. */
    int questions() {
        return questions;
    }

    void asked() {
        questions++;
    }

    void told() {
        questions--;
    }

    void worked() {
        failures = 0;
        aside = false;
    }

    /**
     * Puts it aside: 100 ms after the first failure in a row, doubling up to 5 s, each shortened by up to
     * a quarter so that gateways do not come back at the same moment. Failures of requests that were
     * under way when it was put aside count once. Breaking off does not double: a request may be to
     * blame.
     *
     * @param jitter 0 to 1
     * @return whether it was not aside already
     */
    boolean failed(Lease.Outcome why, long now, double jitter) {
        if (!usable(now)) {
            return false;
        }
        long full = Math.min(LONGEST_ASIDE, FIRST_ASIDE << Math.min(failures, 10));
        if (why != Lease.Outcome.BROKEN) {
            failures++;
        }
        aside = true;
        asideUntil = now + full - (long) (full * 0.25 * jitter);
        return true;
    }
}
