package dev.marmita.runner.http;

/** Where a runner is in its life. */
public enum Phase {
    /** Bound, but its models are not yet open. */
    STARTING,
    READY,
    /** Finishes what it has accepted and takes no more. */
    DRAINING
}
