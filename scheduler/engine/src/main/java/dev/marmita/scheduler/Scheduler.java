package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.compute.BackendReport;

/**
 * The loop that makes what runs into what is declared. The signals are hints: quick, never lost for good
 * (a slow poll finds what they meant), and harmless when repeated. Thread-safe.
 */
public interface Scheduler extends AutoCloseable {

    /** Begins to work, in the background; only the holder of the lease acts. Idempotent. */
    void start();

    /** The deployment's rows changed. */
    void nudge(EndpointId endpoint);

    /** A request waits for a replica. The fast path of waking: a start is ordered within milliseconds. */
    void demand(EndpointId endpoint);

    /** Labels of models or services moved: deployments that follow labels look again. */
    void labelsMoved();

    /** Whether this scheduler holds the lease now. */
    boolean leads();

    /** Room on this machine, and what isolates replicas. */
    BackendReport report();

    /** Ends the loop, then stops all replicas or leaves them for the next start, as configured. */
    @Override
    void close();
}
