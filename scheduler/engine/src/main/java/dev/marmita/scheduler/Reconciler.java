package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Load;
import dev.marmita.scheduler.DeploymentStore.Row;
import dev.marmita.scheduler.EndpointMemory.Draining;
import dev.marmita.scheduler.EndpointMemory.Snapshot;
import dev.marmita.scheduler.compute.ComputeBackend;
import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.ReplicaObservation;
import dev.marmita.scheduler.compute.ReplicaObservation.State;
import dev.marmita.scheduler.plan.Autoscaler;
import dev.marmita.scheduler.plan.Autoscaler.Decision;
import dev.marmita.scheduler.plan.Autoscaler.Demand;
import dev.marmita.scheduler.plan.Plan;
import dev.marmita.scheduler.plan.Planner;
import dev.marmita.scheduler.plan.World;
import dev.marmita.scheduler.spec.DeploymentSpec.Mode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at one endpoint: reads what shall be and what is, has a plan made, and carries it out. The
 * rows are read only when something said that they changed, so that a wake-up costs no query.
 */
final class Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    /** A replica that was ready for so long has shown that it works. */
    private static final Duration STABLE = Duration.ofSeconds(60);

    private final DeploymentStore store;
    private final ComputeBackend backend;
    private final LoadSource loads;
    private final Planner planner;
    private final Autoscaler autoscaler;
    private final PlanRunner runner;
    private final InstantSource clock;
    private final RandomGenerator random;

    Reconciler(
            DeploymentStore store,
            ComputeBackend backend,
            Ports ports,
            Planner planner,
            Autoscaler autoscaler,
            UsageMeter meter,
            Timing timing) {
        this.store = store;
        this.backend = backend;
        this.loads = ports.loads();
        this.planner = planner;
        this.autoscaler = autoscaler;
        this.clock = timing.clock();
        this.random = timing.random();
        this.runner = new PlanRunner(store, backend, ports.routes(), meter, timing);
    }

    /**
     * @return when to look again; zero: there is nothing left
     */
    Duration reconcile(EndpointId endpoint, EndpointMemory memory, long epoch) {
        if (memory.epoch != epoch) {
            memory.reset(epoch);
        }
        Snapshot snapshot = snapshot(endpoint, memory);
        List<ReplicaObservation> replicas = backend.observe(endpoint);
        if (snapshot == null) {
            return orphans(endpoint, memory, replicas);
        }
        Instant now = clock.instant();
        learn(memory, replicas, now);
        Decision decision = scale(endpoint, snapshot.row(), memory, replicas, now);
        World world = world(snapshot, memory, replicas, decision.replicas());
        Plan plan = planner.plan(world, now);
        boolean again = runner.run(plan, snapshot, memory, replicas, epoch);
        if (memory.snapshot == null) {
            return Duration.ZERO;
        }
        return again ? Duration.ofMillis(1) : sooner(plan.checkAfter(), decision.idleAt(), now);
    }

    private static Duration sooner(Duration checkAfter, Optional<Instant> idleAt, Instant now) {
        Duration idle = idleAt.map(at -> Duration.between(now, at)).orElse(checkAfter);
        Duration next = idle.isPositive() && idle.compareTo(checkAfter) < 0 ? idle : checkAfter;
        return next.toMillis() < 1 ? Duration.ofMillis(1) : next;
    }

    private @Nullable Snapshot snapshot(EndpointId endpoint, EndpointMemory memory) {
        if (memory.stale || memory.snapshot == null) {
            // Cleared first: a change during the read makes it stale again.
            memory.stale = false;
            try {
                memory.snapshot = store.find(endpoint).map(this::read).orElse(null);
                if (memory.snapshot != null) {
                    memory.health.keySet().retainAll(memory.snapshot.revisions().keySet());
                }
            } catch (RuntimeException e) {
                memory.stale = true;
                if (memory.snapshot == null) {
                    throw e;
                }
                // The database is away: what was read last still says what shall run.
                LOG.warn(
                        "cannot read {}, goes by what was read before: {}", endpoint, e.toString());
            }
        }
        return memory.snapshot;
    }

    private Snapshot read(Row row) {
        Map<Long, Revision> revisions = new HashMap<>();
        for (long number : new long[] {row.revision(), row.serving()}) {
            if (number != 0) {
                store.revision(row.endpoint(), number)
                        .ifPresent(revision -> revisions.put(number, revision));
            }
        }
        return new Snapshot(row, revisions);
    }

    /** Replicas of a deployment that is not there: foreign or left over. */
    private Duration orphans(
            EndpointId endpoint, EndpointMemory memory, List<ReplicaObservation> replicas) {
        runner.removeRoute(endpoint, memory);
        for (ReplicaObservation replica : replicas) {
            if (replica.state() == State.ENDED) {
                runner.forget(replica, memory);
            } else if (replica.state() != State.STOPPING) {
                backend.stop(replica.id(), replica.work().drain());
            }
        }
        return replicas.isEmpty() ? Duration.ZERO : Duration.ofSeconds(1);
    }

    /** Takes in what happened to replicas since the last look. */
    private void learn(EndpointMemory memory, List<ReplicaObservation> replicas, Instant now) {
        if (!memory.seenBefore) {
            memory.seenBefore = true;
            if (replicas.stream().anyMatch(ReplicaObservation::lives)) {
                memory.scale = memory.scale.activeAt(now);
            }
        }
        for (ReplicaObservation replica : replicas) {
            if (replica.state() == State.ENDED) {
                ended(memory, replica, now);
            } else if (replica.state() == State.READY) {
                Instant readyAt = replica.readyAt().orElse(now);
                if (memory.announcedReady.add(replica.id())) {
                    memory.event(
                            new Event(
                                    readyAt,
                                    replica.revision(),
                                    replica.id(),
                                    "Ready",
                                    readyMessage(replica, readyAt)));
                }
                if (!now.isBefore(readyAt.plus(STABLE))) {
                    memory.health.remove(replica.revision());
                }
            }
        }
    }

    private static String readyMessage(ReplicaObservation replica, Instant readyAt) {
        return "the replica was ready "
                + Math.max(0, Duration.between(replica.createdAt(), readyAt).toMillis())
                + " ms after its start was ordered";
    }

    private void ended(EndpointMemory memory, ReplicaObservation replica, Instant now) {
        Optional<Failure> failure = replica.failure();
        if (failure.isPresent() && memory.counted.add(replica.id())) {
            Instant at = replica.endedAt().orElse(now);
            PlanRunner.count(memory, replica, failure.get(), at, random);
        }
    }

    private Decision scale(
            EndpointId endpoint,
            Row row,
            EndpointMemory memory,
            List<ReplicaObservation> replicas,
            Instant now) {
        Load load = loads.load(endpoint);
        List<ReplicaObservation> ready =
                replicas.stream()
                        .filter(replica -> replica.state() == State.READY)
                        .filter(replica -> !memory.draining.containsKey(replica.id()))
                        .toList();
        Optional<Instant> lastRequest =
                Stream.of(
                                lastSeen(load, now),
                                Optional.ofNullable(memory.demandAt.get()),
                                woken(replicas, ready, now))
                        .flatMap(Optional::stream)
                        .max(Comparator.naturalOrder());
        Decision decision =
                autoscaler.decide(
                        memory.scale,
                        Workloads.bounds(row.spec()),
                        new Demand(
                                load.inFlight() + tasks(ready),
                                load.queued(),
                                lastRequest,
                                ready.size()),
                        now);
        memory.scale = decision.state();
        return decision;
    }

    /**
     * Tasks are work like requests; but those that wait for their turn call for no other replica, for
     * they could not go there.
     */
    private static int tasks(List<ReplicaObservation> replicas) {
        return replicas.stream()
                .mapToInt(replica -> Math.min(replica.tasks(), replica.work().concurrency()))
                .sum();
    }

    private static Optional<Instant> lastSeen(Load load, Instant now) {
        return load.lastRequestAgoMillis() > Duration.ofDays(365).toMillis()
                ? Optional.empty()
                : Optional.of(now.minusMillis(load.lastRequestAgoMillis()));
    }

    /** The idle time does not run before a wake-up is done, however long that takes. */
    private static Optional<Instant> woken(
            List<ReplicaObservation> replicas, List<ReplicaObservation> ready, Instant now) {
        boolean waking =
                ready.isEmpty()
                        && replicas.stream()
                                .map(ReplicaObservation::state)
                                .anyMatch(s -> s == State.PENDING || s == State.STARTING);
        return waking
                ? Optional.of(now)
                : ready.stream()
                        .flatMap(replica -> replica.readyAt().stream())
                        .max(Comparator.naturalOrder());
    }

    private World world(
            Snapshot snapshot,
            EndpointMemory memory,
            List<ReplicaObservation> replicas,
            int wanted) {
        Row row = snapshot.row();
        List<World.Instance> instances = new ArrayList<>();
        for (ReplicaObservation replica : replicas) {
            instances.add(
                    new World.Instance(
                            replica.id(),
                            ownRevision(snapshot, replica),
                            replica.state(),
                            replica.createdAt(),
                            replica.startedAt(),
                            Optional.ofNullable(memory.draining.get(replica.id()))
                                    .map(d -> new World.Drain(d.since(), settled(row, d))),
                            replica.tasks(),
                            replica.failure()));
        }
        return new World(
                row.deleting(),
                row.spec().mode() == Mode.ON_DEMAND,
                row.revision(),
                row.serving(),
                row.failedRevision() == row.revision(),
                row.deleting() ? 0 : wanted,
                instances,
                memory.health,
                memory.noCapacity);
    }

    private boolean settled(Row row, Draining draining) {
        return loads.settled(row.endpoint(), draining.routeGeneration());
    }

    /** A number that is nobody's, for a replica of a former deployment of that name. */
    private static long ownRevision(Snapshot snapshot, ReplicaObservation replica) {
        Revision revision = snapshot.revisions().get(replica.revision());
        boolean foreign = revision != null && !Workloads.work(revision).equals(replica.work());
        return foreign ? -1 : replica.revision();
    }
}
