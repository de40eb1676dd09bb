package dev.marmita.scheduler.plan;

import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.ReplicaObservation.State;
import dev.marmita.scheduler.plan.Plan.RoutePlan;
import dev.marmita.scheduler.plan.Plan.Share;
import dev.marmita.scheduler.plan.World.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides what to do next from what shall be and what is. Pure, and level-triggered: the same world
 * gives the same plan, and a plan that was carried out half gives a world from which the next one goes
 * on.
 *
 * <p>A roll-out: replicas of the new revision start beside the old ones; each that becomes ready takes
 * its share of the traffic and lets one old replica go; when there are enough, the new revision serves.
 * One that keeps failing is given up: the old one serves on with all its replicas, and a single replica
 * of the new one is tried again now and then.
 */
public final class Planner {

    /**
     * @param progressDeadline how long a started replica may take to become ready
     * @param drainLimit how long to wait for gateways to stop sending to a retired replica
     * @param sampleInterval how often to look at the load while replicas live
     */
    public record Settings(
            Duration progressDeadline, Duration drainLimit, Duration sampleInterval) {

        public static final Settings DEFAULT =
                new Settings(Duration.ofMinutes(3), Duration.ofSeconds(10), Duration.ofSeconds(1));
    }

    private final Settings settings;

    public Planner(Settings settings) {
        this.settings = settings;
    }

    public Plan plan(World world, Instant now) {
        List<Action> actions = new ArrayList<>();
        endings(world, now, actions);
        if (world.deleting()) {
            return deletion(world, actions);
        }
        Instances target = Instances.of(world, world.target(), now, settings.progressDeadline());
        boolean rollsOut = world.serving() != 0 && world.serving() != world.target();
        Instances serving =
                rollsOut
                        ? Instances.of(world, world.serving(), now, settings.progressDeadline())
                        : target;

        Goal goal = rollsOut ? rollOut(world, target, serving, now) : steady(world, target, now);
        if (goal.serve() && world.serving() != world.target()) {
            actions.add(new Action.Serve(world.target()));
        }
        boolean broken = target.ready() == 0 && world.health(world.target()).broken();
        if (rollsOut && broken && !world.failedBefore()) {
            actions.add(new Action.GiveUp(world.target()));
        }
        List<Instance> leaving = new ArrayList<>();
        for (Instance replica : world.replicas()) {
            if (replica.counts()
                    && replica.revision() != world.target()
                    && (replica.revision() != world.serving() || goal.serve())) {
                leaving.add(replica);
            }
        }
        leaving.addAll(target.surplus(goal.keepTarget()));
        if (rollsOut && !goal.serve()) {
            leaving.addAll(serving.surplus(goal.keepServing()));
        }
        for (Instance replica : leaving) {
            actions.add(
                    takesTraffic(replica)
                            ? new Action.Retire(replica.id())
                            : new Action.Stop(replica.id()));
        }
        starts(world.target(), goal.startTarget() - target.count(), actions);
        if (rollsOut && !goal.serve()) {
            starts(world.serving(), goal.startServing() - serving.count(), actions);
        }
        RoutePlan route = route(world, leaving, now);
        return new Plan(
                actions,
                Optional.of(route),
                new Verdicts(world, broken, now).of(rollsOut && !goal.serve(), leaving),
                checkAfter(world, actions, now));
    }

    /**
     * @param keepTarget more replicas than that are let go
     * @param startTarget fewer than that are filled up
     * @param serve whether the target takes over for good
     */
    private record Goal(
            int keepTarget, int startTarget, int keepServing, int startServing, boolean serve) {}

    private static Goal steady(World world, Instances target, Instant now) {
        int start = world.health(world.target()).mayTry(now) ? world.wanted() : 0;
        boolean serve = target.ready() > 0 || (world.wanted() == 0 && target.count() == 0);
        return new Goal(world.wanted(), start, 0, 0, serve);
    }

    private static Goal rollOut(World world, Instances target, Instances serving, Instant now) {
        Health health = world.health(world.target());
        boolean doubtful = world.failedBefore() || health.broken();
        int wanted = world.wanted();
        if (wanted == 0) {
            // Nobody asks. Nothing runs: the next request may as well wake the new revision, unless
            // that is known to fail. Something of it runs: let it show whether it works.
            boolean serve =
                    target.ready() > 0
                            || (target.count() == 0 && serving.count() == 0 && !doubtful);
            return new Goal(serve ? 0 : target.count(), 0, 0, 0, serve);
        }
        if (target.ready() >= wanted) {
            return new Goal(wanted, wanted, 0, 0, true);
        }
        int keepServing = keepServing(world, target.ready());
        if (doubtful && target.ready() == 0) {
            int attempt = health.mayTry(now) ? 1 : 0;
            int keep = health.hopeless() ? 0 : 1;
            return new Goal(
                    keep, attempt, keepServing, startServing(world, keepServing, now), false);
        }
        int start = health.mayTry(now) ? wanted : 0;
        return new Goal(wanted, start, keepServing, startServing(world, keepServing, now), false);
    }

    /** Where there is no room for both, one old replica goes first, unless it is the last that serves. */
    private static int keepServing(World world, int ready) {
        int missing = world.wanted() - ready;
        return world.noCapacity().isPresent() ? Math.max(missing - 1, ready > 0 ? 0 : 1) : missing;
    }

    private static int startServing(World world, int wanted, Instant now) {
        return world.health(world.serving()).mayTry(now) ? wanted : 0;
    }

    private static void starts(long revision, int count, List<Action> actions) {
        for (int i = 0; i < count; i++) {
            actions.add(new Action.Start(revision));
        }
    }

    /** What goes on with replicas that nothing can keep: drained, stuck and ended ones. */
    private void endings(World world, Instant now, List<Action> actions) {
        for (Instance replica : world.replicas()) {
            if (replica.state() == State.ENDED) {
                actions.add(new Action.Forget(replica.id()));
            } else if (replica.state() != State.STOPPING && replica.drain().isPresent()) {
                Instant limit = replica.drain().get().since().plus(settings.drainLimit());
                if (replica.drain().get().settled() || !now.isBefore(limit)) {
                    actions.add(new Action.Stop(replica.id()));
                }
            } else if (stuck(replica, now, settings.progressDeadline())) {
                actions.add(new Action.Fail(replica.id(), timedOut()));
            }
        }
    }

    private Failure timedOut() {
        return new Failure(
                Failure.Reason.START_TIMED_OUT,
                "it was not ready "
                        + settings.progressDeadline().toSeconds()
                        + " seconds after its start");
    }

    private static boolean stuck(Instance replica, Instant now, Duration deadline) {
        return replica.state() == State.STARTING
                && replica.drain().isEmpty()
                && replica.startedAt().map(at -> !now.isBefore(at.plus(deadline))).orElse(false);
    }

    private Plan deletion(World world, List<Action> actions) {
        boolean any = false;
        for (Instance replica : world.replicas()) {
            any |= replica.state() != State.ENDED;
            if (replica.counts()) {
                actions.add(
                        takesTraffic(replica)
                                ? new Action.Retire(replica.id())
                                : new Action.Stop(replica.id()));
            }
        }
        if (!any) {
            actions.add(new Action.Purge());
        }
        return new Plan(actions, Optional.empty(), Verdicts.deleting(), settings.sampleInterval());
    }

    private static boolean takesTraffic(Instance replica) {
        return replica.state() == State.READY || replica.state() == State.UNREADY;
    }

    private static RoutePlan route(World world, List<Instance> leaving, Instant now) {
        List<Share> shares = new ArrayList<>();
        for (long revision : List.of(world.target(), world.serving())) {
            List<String> ready =
                    world.replicas().stream()
                            .filter(r -> r.revision() == revision && r.ready())
                            .filter(r -> !leaving.contains(r))
                            .map(Instance::id)
                            .sorted()
                            .toList();
            boolean known = shares.stream().anyMatch(share -> share.revision() == revision);
            if (!ready.isEmpty() && !known) {
                shares.add(new Share(revision, ready.size(), ready));
            }
        }
        if (!shares.isEmpty()) {
            return new RoutePlan(true, "", shares);
        }
        Health health = decisive(world);
        boolean refuses = health.hopeless() || (health.loops() && now.isBefore(health.nextTry()));
        return refuses
                ? new RoutePlan(false, health.reason() + ": " + firstLine(health.message()), shares)
                : new RoutePlan(true, "", shares);
    }

    /** The health of the revision that a woken request would reach. */
    static Health decisive(World world) {
        Health target = world.health(world.target());
        boolean falls = world.serving() != 0 && (world.failedBefore() || target.broken());
        return falls ? world.health(world.serving()) : target;
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private Duration checkAfter(World world, List<Action> actions, Instant now) {
        boolean busy =
                !actions.isEmpty()
                        || world.wanted() > 0
                        || world.replicas().stream().anyMatch(r -> r.state() != State.ENDED);
        Duration after = busy ? settings.sampleInterval() : Duration.ofSeconds(30);
        for (Health health : world.health().values()) {
            if (health.nextTry().isAfter(now)) {
                Duration pause = Duration.between(now, health.nextTry());
                after = pause.compareTo(after) < 0 ? pause : after;
            }
        }
        return after;
    }

    /** The replicas of one revision that count, those to let go first in front. */
    private record Instances(List<Instance> all) {

        private static final Comparator<Instance> LEAST_USEFUL_FIRST =
                Comparator.comparingInt((Instance r) -> usefulness(r.state()))
                        .thenComparing(Instance::tasks)
                        .thenComparing(Instance::createdAt, Comparator.reverseOrder())
                        .thenComparing(Instance::id);

        static Instances of(World world, long revision, Instant now, Duration deadline) {
            return new Instances(
                    world.replicas().stream()
                            .filter(r -> r.revision() == revision && r.counts())
                            .filter(r -> !stuck(r, now, deadline))
                            .sorted(LEAST_USEFUL_FIRST)
                            .toList());
        }

        private static int usefulness(State state) {
            return switch (state) {
                case ENDED, STOPPING -> 0;
                case PENDING -> 1;
                case UNREADY -> 2;
                case STARTING -> 3;
                case READY -> 4;
            };
        }

        int count() {
            return all.size();
        }

        int ready() {
            return (int) all.stream().filter(Instance::ready).count();
        }

        List<Instance> surplus(int keep) {
            return all.subList(0, Math.max(0, all.size() - keep));
        }
    }
}
