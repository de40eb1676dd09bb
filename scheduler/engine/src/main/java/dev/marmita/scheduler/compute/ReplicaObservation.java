package dev.marmita.scheduler.compute;

import dev.marmita.scheduler.compute.ReplicaSpec.Work;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What a backend knows of one replica.
 *
 * @param host where it serves; empty until known
 * @param port where it serves; 0 until known
 * @param createdAt when its start was accepted
 * @param startedAt since when it uses its resources; empty until then
 * @param readyAt when it was first ready
 * @param endedAt when it ended, set with {@link State#ENDED}
 * @param tasks that it holds and that have not ended, as far as it said; such a replica works
 * @param failure why it does not work, where it does not; with {@link State#ENDED} and no failure it
 *     ended because it was told to
 */
public record ReplicaObservation(
        ReplicaSpec spec,
        State state,
        String host,
        int port,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> readyAt,
        Optional<Instant> endedAt,
        int tasks,
        Optional<Failure> failure) {

    /** Life of a replica; it only moves forward, but for READY and UNREADY. */
    public enum State {
        /** Accepted; its artifacts are being fetched. */
        PENDING,
        /** It lives, but cannot serve yet. */
        STARTING,
        READY,
        /** It was ready, lives, and cannot serve now. */
        UNREADY,
        /** Told to stop; finishing what it accepted. */
        STOPPING,
        ENDED
    }

    public ReplicaObservation {
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(host, "host");
    }

    public String id() {
        return spec.id();
    }

    public long revision() {
        return spec.revision();
    }

    /** What it was given to do. */
    public Work work() {
        return spec.work();
    }

    /** Whether it holds resources or may come to. */
    public boolean lives() {
        return state != State.ENDED;
    }
}
