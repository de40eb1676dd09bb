package dev.marmita.scheduler;

import dev.marmita.scheduler.UsageStore.Checkpoint;
import dev.marmita.scheduler.compute.ReplicaObservation;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Writes down what replicas use. Every few seconds the row of each living replica is moved forward to
 * now, so that a sudden death of this process loses no more than that pause. A row is one replica's, so
 * nothing can be counted twice.
 */
final class UsageMeter {

    private final UsageStore store;
    private final InstantSource clock;
    private final Map<String, Checkpoint> ended = new ConcurrentHashMap<>();

    UsageMeter(UsageStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Called before an ended replica is forgotten; written with the next checkpoint. */
    void ended(ReplicaObservation replica) {
        if (replica.startedAt().isPresent()) {
            Instant end = replica.endedAt().orElseGet(clock::instant);
            ended.put(replica.id(), checkpoint(replica, replica.startedAt().get(), end, false));
        }
    }

    /** Rows of replicas that are gone without a trace end where they stand. */
    void begin(List<ReplicaObservation> known) {
        Set<String> ids = known.stream().map(ReplicaObservation::id).collect(Collectors.toSet());
        store.closeAllBut(ids);
    }

    /** Moves every row forward. What cannot be written now is kept for the next time. */
    void checkpoint(List<ReplicaObservation> replicas) {
        Instant now = clock.instant();
        List<Checkpoint> closing = List.copyOf(ended.values());
        List<Checkpoint> all = new ArrayList<>(closing);
        for (ReplicaObservation replica : replicas) {
            if (replica.lives() && replica.startedAt().isPresent()) {
                all.add(checkpoint(replica, replica.startedAt().get(), now, true));
            }
        }
        if (!all.isEmpty()) {
            store.write(all);
            closing.forEach(done -> ended.remove(done.replica(), done));
        }
    }

    private static Checkpoint checkpoint(
            ReplicaObservation replica, Instant from, Instant to, boolean open) {
        return new Checkpoint(
                replica.spec().endpoint(),
                replica.revision(),
                replica.id(),
                replica.spec().nodePool(),
                replica.work().resources().cpuMillis(),
                replica.work().resources().memoryBytes(),
                from,
                to.isBefore(from) ? from : to,
                open);
    }
}
