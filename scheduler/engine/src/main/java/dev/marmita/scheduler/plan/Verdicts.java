package dev.marmita.scheduler.plan;

import dev.marmita.scheduler.compute.ReplicaObservation.State;
import dev.marmita.scheduler.plan.Plan.Finding;
import dev.marmita.scheduler.plan.Plan.Verdict;
import dev.marmita.scheduler.plan.World.Instance;
import java.time.Instant;
import java.util.List;

/** Says in words how a deployment is. */
final class Verdicts {

    private final World world;
    private final boolean broken;
    private final Instant now;

    /**
     * @param broken whether no replica of the target can be made to work
     */
    Verdicts(World world, boolean broken, Instant now) {
        this.world = world;
        this.broken = broken;
        this.now = now;
    }

    static Verdict deleting() {
        Finding gone = new Finding(false, "Deleting", "the deployment is being taken down");
        return new Verdict(Phase.DELETING, gone, gone, 0);
    }

    Verdict of(boolean rollsOut, List<Instance> leaving) {
        int ready =
                (int)
                        world.replicas().stream()
                                .filter(r -> r.ready() && !leaving.contains(r))
                                .count();
        Finding serves = serves(ready);
        Finding progresses = progresses(rollsOut, ready);
        return new Verdict(phase(rollsOut, ready, serves), serves, progresses, ready);
    }

    private Finding serves(int ready) {
        if (ready > 0) {
            return new Finding(
                    true,
                    "Serving",
                    ready + (ready == 1 ? " replica is" : " replicas are") + " ready");
        }
        Health health = Planner.decisive(world);
        if (health.hopeless() || health.loops()) {
            return new Finding(false, health.reason(), health.message());
        }
        if (world.wanted() == 0 && world.onDemand()) {
            return new Finding(true, "ScaledToZero", "no replica runs; the next request wakes one");
        }
        if (health.failures() > 0) {
            return new Finding(false, health.reason(), health.message());
        }
        if (world.noCapacity().isPresent()) {
            return new Finding(false, "InsufficientCapacity", world.noCapacity().get());
        }
        boolean unready = world.replicas().stream().anyMatch(r -> r.state() == State.UNREADY);
        if (unready) {
            return new Finding(false, "Unready", "its replicas live, but cannot serve now");
        }
        return starting();
    }

    private Finding starting() {
        List<Instance> all = world.replicas().stream().filter(Instance::counts).toList();
        if (all.isEmpty() || all.stream().anyMatch(r -> r.state() != State.PENDING)) {
            return new Finding(false, "Starting", "a replica is starting");
        }
        return all.stream()
                .flatMap(replica -> replica.problem().stream())
                .findFirst()
                .map(f -> new Finding(false, f.reason().text(), f.message()))
                .orElse(
                        new Finding(
                                false, "Fetching", "the bundle and its models are being fetched"));
    }

    private Finding progresses(boolean rollsOut, int ready) {
        Health health = world.health(world.target());
        if (rollsOut) {
            if (broken) {
                return new Finding(
                        false,
                        health.reason(),
                        "revision "
                                + world.target()
                                + " does not work, revision "
                                + world.serving()
                                + " goes on serving: "
                                + health.message());
            }
            if (world.noCapacity().isPresent()) {
                return new Finding(true, "InsufficientCapacity", world.noCapacity().get());
            }
            if (world.failedBefore() && health.failures() == 0) {
                return new Finding(
                        true,
                        "Retrying",
                        "revision " + world.target() + " failed before and is tried again");
            }
            return new Finding(
                    true,
                    health.failures() > 0 ? health.reason() : "RollingOut",
                    "revision "
                            + world.target()
                            + " takes over from "
                            + world.serving()
                            + (health.failures() > 0 ? "; last failure: " + health.message() : ""));
        }
        if (ready == 0 && (health.broken() || health.failures() > 0)) {
            return new Finding(!health.broken(), health.reason(), health.message());
        }
        if (ready < world.wanted()) {
            return world.noCapacity().isPresent()
                    ? new Finding(true, "InsufficientCapacity", world.noCapacity().get())
                    : new Finding(
                            true,
                            "Scaling",
                            ready + " of " + world.wanted() + " replicas are ready");
        }
        return new Finding(false, "Complete", "revision " + world.target() + " is in service");
    }

    private Phase phase(boolean rollsOut, int ready, Finding serves) {
        if (ready > 0) {
            return !rollsOut ? Phase.READY : broken ? Phase.DEGRADED : Phase.UPDATING;
        }
        if (serves.status()) {
            return rollsOut && (broken || world.failedBefore()) ? Phase.DEGRADED : Phase.IDLE;
        }
        Health health = Planner.decisive(world);
        if (health.broken() && (health.hopeless() || now.isBefore(health.nextTry()))) {
            return Phase.FAILED;
        }
        boolean starts =
                world.replicas().stream().anyMatch(r -> r.counts() && r.state() != State.PENDING);
        return starts ? Phase.STARTING : Phase.PENDING;
    }
}
