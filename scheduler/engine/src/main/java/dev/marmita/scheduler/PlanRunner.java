package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;
import dev.marmita.scheduler.DeploymentStore.Row;
import dev.marmita.scheduler.EndpointMemory.Draining;
import dev.marmita.scheduler.EndpointMemory.Snapshot;
import dev.marmita.scheduler.compute.ComputeBackend;
import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.ReplicaObservation;
import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.plan.Action;
import dev.marmita.scheduler.plan.Health;
import dev.marmita.scheduler.plan.Plan;
import dev.marmita.scheduler.plan.Plan.RoutePlan;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a plan. Starts come first, for somebody waits for them. The route changes before anything
 * is stopped. Each step may fail; the next look at the endpoint goes on from what is then.
 */
final class PlanRunner {

    private static final String ID_LETTERS = "bcdfghjkmnpqrstvwxz23456789";
    private static final int ID_LENGTH = 8;

    private final DeploymentStore store;
    private final ComputeBackend backend;
    private final RoutePublisher routes;
    private final UsageMeter meter;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final StatusWriter status;

    PlanRunner(
            DeploymentStore store,
            ComputeBackend backend,
            RoutePublisher routes,
            UsageMeter meter,
            Timing timing) {
        this.store = store;
        this.backend = backend;
        this.routes = routes;
        this.meter = meter;
        this.clock = timing.clock();
        this.random = timing.random();
        this.status = new StatusWriter(store);
    }

    /**
     * @return whether to look again at once
     */
    boolean run(
            Plan plan,
            Snapshot snapshot,
            EndpointMemory memory,
            List<ReplicaObservation> replicas,
            long epoch) {
        EndpointId endpoint = snapshot.row().endpoint();
        Map<String, ReplicaObservation> byId =
                replicas.stream()
                        .collect(Collectors.toMap(ReplicaObservation::id, Function.identity()));
        boolean again = starts(plan, snapshot, memory);
        again |= decisions(plan, snapshot.row(), memory, epoch);
        if (plan.route().isPresent()) {
            publish(plan.route().get(), snapshot.row(), memory, byId, epoch);
        } else {
            removeRoute(endpoint, memory);
        }
        for (Action action : plan.actions()) {
            finish(action, memory, byId, epoch);
        }
        if (plan.actions().contains(new Action.Purge())) {
            store.purge(endpoint, epoch);
            memory.snapshot = null;
            return false;
        }
        status.write(plan.verdict(), snapshot.row(), memory, replicas, clock.instant(), epoch);
        return again;
    }

    private boolean starts(Plan plan, Snapshot snapshot, EndpointMemory memory) {
        Optional<String> before = memory.noCapacity;
        memory.noCapacity = Optional.empty();
        for (Action action : plan.actions()) {
            if (action instanceof Action.Start start && memory.noCapacity.isEmpty()) {
                Revision revision = snapshot.revisions().get(start.revision());
                if (revision == null) {
                    throw new IllegalStateException(
                            snapshot.row().endpoint() + " has no revision " + start.revision());
                }
                if (backend.start(replica(revision, memory))
                        instanceof ComputeBackend.Start.NoCapacity refused) {
                    memory.noCapacity = Optional.of(refused.message());
                }
            }
        }
        return !memory.noCapacity.equals(before);
    }

    private ReplicaSpec replica(Revision revision, EndpointMemory memory) {
        EndpointId endpoint = revision.endpoint();
        StringBuilder id = new StringBuilder();
        id.append(endpoint.deployment()).append('-').append(revision.number()).append('-');
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
        }
        int restarts = memory.health.getOrDefault(revision.number(), Health.GOOD).failures();
        return new ReplicaSpec(
                id.toString(),
                endpoint,
                revision.number(),
                revision.spec().nodePool(),
                restarts,
                Workloads.work(revision));
    }

    /** What must be remembered for good. */
    private boolean decisions(Plan plan, Row row, EndpointMemory memory, long epoch) {
        boolean any = false;
        for (Action action : plan.actions()) {
            switch (action) {
                case Action.Serve serve -> {
                    memory.stale = true;
                    store.serve(row.endpoint(), serve.revision(), epoch);
                    memory.event(
                            event(serve.revision(), "", "InService", "the revision is in service"));
                    any = true;
                }
                case Action.GiveUp giveUp -> {
                    memory.stale = true;
                    store.giveUp(row.endpoint(), giveUp.revision(), epoch);
                    Health health = memory.health.getOrDefault(giveUp.revision(), Health.GOOD);
                    memory.event(event(giveUp.revision(), "", "RollOutFailed", health.message()));
                    any = true;
                }
                case Action.Start _,
                        Action.Retire _,
                        Action.Stop _,
                        Action.Fail _,
                        Action.Forget _,
                        Action.Purge _ -> {}
            }
        }
        return any;
    }

    private void finish(
            Action action,
            EndpointMemory memory,
            Map<String, ReplicaObservation> replicas,
            long epoch) {
        switch (action) {
            case Action.Retire retire -> {
                long generation =
                        memory.route == null
                                ? store.nextRouteGeneration(epoch)
                                : memory.route.generation();
                memory.draining.put(retire.replica(), new Draining(clock.instant(), generation));
            }
            case Action.Stop stop -> stop(replicas.get(stop.replica()));
            case Action.Fail fail -> {
                ReplicaObservation replica = replicas.get(fail.replica());
                if (replica != null && memory.counted.add(fail.replica())) {
                    count(memory, replica, fail.failure(), clock.instant(), random);
                }
                stop(replica);
            }
            case Action.Forget forget -> {
                ReplicaObservation replica = replicas.get(forget.replica());
                if (replica != null) {
                    forget(replica, memory);
                }
            }
            case Action.Start _, Action.Serve _, Action.GiveUp _, Action.Purge _ -> {}
        }
    }

    private void stop(@Nullable ReplicaObservation replica) {
        if (replica != null) {
            backend.stop(replica.id(), replica.work().drain());
        }
    }

    void forget(ReplicaObservation replica, EndpointMemory memory) {
        meter.ended(replica);
        backend.forget(replica.id());
        memory.forget(replica.id());
    }

    /** One more failure of a replica's revision. */
    static void count(
            EndpointMemory memory,
            ReplicaObservation replica,
            Failure failure,
            Instant at,
            RandomGenerator random) {
        memory.health.merge(
                replica.revision(),
                Health.GOOD.failed(failure, at, random),
                (before, first) -> before.failed(failure, at, random));
        memory.event(
                new Event(
                        at,
                        replica.revision(),
                        replica.id(),
                        failure.reason().text(),
                        failure.message()));
    }

    private void publish(
            RoutePlan plan,
            Row row,
            EndpointMemory memory,
            Map<String, ReplicaObservation> replicas,
            long epoch) {
        List<Route.Target> targets =
                plan.shares().stream()
                        .map(
                                share ->
                                        new Route.Target(
                                                share.revision(),
                                                share.weight(),
                                                share.replicas().stream()
                                                        .map(id -> routed(replicas.get(id)))
                                                        .toList()))
                        .toList();
        List<Route.Replica> remaining = remaining(plan, replicas.values());
        Route last = memory.route;
        long generation = last == null ? 0 : last.generation();
        Route route =
                new Route(
                        row.endpoint(),
                        generation,
                        plan.wakes(),
                        plan.reason(),
                        row.spec().access(),
                        Workloads.limits(row.spec()),
                        targets,
                        remaining);
        boolean changed = !route.equals(last);
        if (!changed && !memory.republish) {
            return;
        }
        if (changed) {
            route =
                    new Route(
                            route.endpoint(),
                            store.nextRouteGeneration(epoch),
                            route.wakes(),
                            route.reason(),
                            route.access(),
                            route.limits(),
                            route.targets(),
                            route.remaining());
        }
        memory.republish = false;
        routes.publish(route);
        memory.route = route;
        memory.routeRemoved = false;
    }

    /** What takes no traffic, but was ready once and lives: it may hold tasks. */
    private static List<Route.Replica> remaining(
            RoutePlan plan, Collection<ReplicaObservation> replicas) {
        Set<String> targets =
                plan.shares().stream()
                        .flatMap(share -> share.replicas().stream())
                        .collect(Collectors.toSet());
        return replicas.stream()
                .filter(replica -> replica.lives() && replica.readyAt().isPresent())
                .filter(replica -> !targets.contains(replica.id()))
                .sorted(Comparator.comparing(ReplicaObservation::id))
                .map(PlanRunner::routed)
                .toList();
    }

    private static Route.Replica routed(@Nullable ReplicaObservation replica) {
        if (replica == null) {
            throw new IllegalStateException("the plan routes to a replica that is not there");
        }
        return new Route.Replica(
                replica.id(), replica.host(), replica.port(), replica.work().concurrency());
    }

    void removeRoute(EndpointId endpoint, EndpointMemory memory) {
        if (!memory.routeRemoved || memory.republish) {
            memory.republish = false;
            routes.remove(endpoint);
            memory.routeRemoved = true;
            memory.route = null;
        }
    }

    private Event event(long revision, String replica, String reason, String message) {
        return new Event(clock.instant(), revision, replica, reason, message);
    }
}
