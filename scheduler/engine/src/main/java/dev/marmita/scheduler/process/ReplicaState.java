package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.ReplicaObservation;
import dev.marmita.scheduler.compute.ReplicaObservation.State;
import dev.marmita.scheduler.compute.ReplicaSpec;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** What is seen of a replica, as it moves on. An order to stop is never taken back. Thread-safe. */
final class ReplicaState {

    private final AtomicReference<ReplicaObservation> seen;
    private final Runnable changed;

    ReplicaState(ReplicaSpec spec, Instant createdAt, Runnable changed) {
        this.changed = changed;
        this.seen =
                new AtomicReference<>(
                        new ReplicaObservation(
                                spec,
                                State.PENDING,
                                "",
                                0,
                                createdAt,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                0,
                                Optional.empty()));
    }

    ReplicaObservation seen() {
        return seen.get();
    }

    /** It still waits, and this is why. */
    void problem(Failure failure) {
        set(
                before ->
                        with(
                                before,
                                before.state(),
                                before.endedAt(),
                                before.tasks(),
                                Optional.of(failure)));
    }

    /** Also noted of one that is to stop already: it has begun to use its resources. */
    void started(Instant at) {
        set(
                before ->
                        new ReplicaObservation(
                                before.spec(),
                                before.state() == State.STOPPING ? State.STOPPING : State.STARTING,
                                "",
                                0,
                                before.createdAt(),
                                Optional.of(at),
                                Optional.empty(),
                                Optional.empty(),
                                0,
                                Optional.empty()));
    }

    void ready(int port, Instant at) {
        set(
                before ->
                        new ReplicaObservation(
                                before.spec(),
                                State.READY,
                                LaunchFile.HOST,
                                port,
                                before.createdAt(),
                                before.startedAt(),
                                Optional.of(at),
                                Optional.empty(),
                                0,
                                Optional.empty()));
    }

    /** What it says of its tasks. */
    void holds(int tasks) {
        if (seen().tasks() != tasks) {
            set(before -> with(before, before.state(), before.endedAt(), tasks, before.failure()));
        }
    }

    void move(State state) {
        if (seen().state() != state) {
            set(before -> with(before, state, before.endedAt(), before.tasks(), before.failure()));
        }
    }

    void ended(Optional<Failure> failure) {
        Instant now = Instant.now();
        set(before -> with(before, State.ENDED, Optional.of(now), 0, failure));
    }

    private static ReplicaObservation with(
            ReplicaObservation before,
            State state,
            Optional<Instant> endedAt,
            int tasks,
            Optional<Failure> failure) {
        return new ReplicaObservation(
                before.spec(),
                state,
                before.host(),
                before.port(),
                before.createdAt(),
                before.startedAt(),
                before.readyAt(),
                endedAt,
                tasks,
                failure);
    }

    private void set(UnaryOperator<ReplicaObservation> change) {
        seen.updateAndGet(
                before -> {
                    ReplicaObservation now = change.apply(before);
                    boolean forward =
                            switch (before.state()) {
                                case ENDED -> false;
                                case STOPPING ->
                                        now.state() == State.ENDED || now.state() == State.STOPPING;
                                case PENDING, STARTING, READY, UNREADY -> true;
                            };
                    return forward ? now : before;
                });
        changed.run();
    }
}
