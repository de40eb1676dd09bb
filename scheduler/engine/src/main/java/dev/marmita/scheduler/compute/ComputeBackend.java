package dev.marmita.scheduler.compute;

import dev.marmita.routing.EndpointId;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs replicas. Starts and stops go on in the background: {@link #observe} tells how far they are, and
 * the listener is called when that changes. A backend never restarts a replica by itself. It keeps what
 * it needs to find its replicas again after this process died. Thread-safe.
 */
public interface ComputeBackend extends AutoCloseable {

    /** What became of an order to start. */
    sealed interface Start {
        /** It is on its way and will be observed from now on. */
        record Accepted() implements Start {}

        /** There is no room now; {@code message} says of what. */
        record NoCapacity(String message) implements Start {}
    }

    /**
     * Finds the replicas that live from before, then begins to work.
     *
     * @param changed called with the endpoint of a replica that changed; must be quick and not throw
     */
    void open(Consumer<EndpointId> changed);

    /** Returns at once. Idempotent: a replica with the same id that is known is left alone. */
    Start start(ReplicaSpec spec);

    /**
     * Lets a replica finish what it accepted, for at most {@code grace}, then ends it by force. Returns
     * at once; idempotent; unknown ids are ignored.
     */
    void stop(String replica, Duration grace);

    /** Forgets an ended replica. Its log may stay readable for a while. Others are left alone. */
    void forget(String replica);

    /** Every replica that is known, the ended ones until they are forgotten. Quick: no I/O. */
    List<ReplicaObservation> observe();

    /** The same for one endpoint. */
    List<ReplicaObservation> observe(EndpointId endpoint);

    /**
     * The last lines that the endpoint's replicas wrote, those of recently ended ones included.
     *
     * @param lines at most so many of each replica
     */
    List<ReplicaLog> logs(EndpointId endpoint, int lines);

    /** Room on this backend, and what isolates its replicas. */
    BackendReport report();

    /**
     * Stops every replica, at most {@code grace} long each, all at once; returns when they are gone.
     * Nothing can be started any more.
     */
    void stopAll(Duration grace);

    /** Leaves living replicas running for the next backend to find. */
    @Override
    void close();
}
