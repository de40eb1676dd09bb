package dev.marmita.runner.http;

/** Where a runner is in its life. */
public enum Phase {
    /** Bound, but its models are not yet open. */
    STARTING,
    READY,
    /** Finishes what it has accepted and takes no more. */
    DRAINING,
    /** Ran out of memory; takes no more and waits to be replaced. */
    FAILED;

    /** Whether a caller who comes again will find it. */
    boolean staying() {
        return this == STARTING || this == READY;
    }
}
