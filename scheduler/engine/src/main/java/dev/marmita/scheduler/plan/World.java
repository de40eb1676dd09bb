package dev.marmita.scheduler.plan;

import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.ReplicaObservation.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a plan depends on, but for the time.
 *
 * @param deleting whether the deployment goes
 * @param onDemand whether a request may wake it from zero
 * @param target newest revision
 * @param serving revision that serves until the target can; 0: none has served
 * @param failedBefore whether a roll-out of the target was given up once
 * @param wanted replicas that the load calls for
 * @param replicas every replica that the backend knows
 * @param health by revision; absent: good
 * @param noCapacity what the backend lacked for the last start; empty: nothing
 */
public record World(
        boolean deleting,
        boolean onDemand,
        long target,
        long serving,
        boolean failedBefore,
        int wanted,
        List<Instance> replicas,
        Map<Long, Health> health,
        Optional<String> noCapacity) {

    /**
     * A replica.
     *
     * @param drain set from when it was taken out of the route
     * @param tasks that it holds and that have not ended
     * @param problem what keeps it from going on, while it tries
     */
    public record Instance(
            String id,
            long revision,
            State state,
            Instant createdAt,
            Optional<Instant> startedAt,
            Optional<Drain> drain,
            int tasks,
            Optional<Failure> problem) {

        boolean counts() {
            return drain.isEmpty() && state != State.STOPPING && state != State.ENDED;
        }

        boolean ready() {
            return drain.isEmpty() && state == State.READY;
        }
    }

    /**
     * @param settled whether no gateway sends it new requests any more
     */
    public record Drain(Instant since, boolean settled) {}

    public World {
        replicas = List.copyOf(replicas);
        health = Map.copyOf(health);
    }

    Health health(long revision) {
        return health.getOrDefault(revision, Health.GOOD);
    }
}
