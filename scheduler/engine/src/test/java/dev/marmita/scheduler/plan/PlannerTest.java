package dev.marmita.scheduler.plan;

import static dev.marmita.scheduler.compute.ReplicaObservation.State.ENDED;
import static dev.marmita.scheduler.compute.ReplicaObservation.State.PENDING;
import static dev.marmita.scheduler.compute.ReplicaObservation.State.READY;
import static dev.marmita.scheduler.compute.ReplicaObservation.State.STARTING;
import static dev.marmita.scheduler.compute.ReplicaObservation.State.STOPPING;
import static dev.marmita.scheduler.compute.ReplicaObservation.State.UNREADY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.ReplicaObservation.State;
import dev.marmita.scheduler.plan.Plan.RoutePlan;
import dev.marmita.scheduler.plan.World.Drain;
import dev.marmita.scheduler.plan.World.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlannerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Planner planner = new Planner(Planner.Settings.DEFAULT);

    /** World; wanted actions; wanted route as "revision*weight[replicas]", or why requests are refused. */
    static Stream<Arguments> worlds() {
        return Stream.of(
                row("new, on demand, nobody asks: taken as serving, nothing starts")
                        .world(w -> w.target(1).wanted(0))
                        .actions("serve 1")
                        .route("wakes"),
                row("wakes from zero")
                        .world(w -> w.at(1).wanted(1))
                        .actions("start 1")
                        .route("wakes"),
                row("waits for what starts")
                        .world(w -> w.at(1).wanted(1).replica("a", 1, STARTING))
                        .actions()
                        .route("wakes"),
                row("first ready replica makes its revision the serving one")
                        .world(w -> w.target(1).wanted(1).replica("a", 1, READY))
                        .actions("serve 1")
                        .route("1*1[a]"),
                row("fills up to what is wanted")
                        .world(
                                w ->
                                        w.at(1)
                                                .wanted(3)
                                                .replica("a", 1, READY)
                                                .replica("b", 1, PENDING))
                        .actions("start 1")
                        .route("1*1[a]"),
                row("lets go the youngest ready one, and what does not serve before it")
                        .world(
                                w ->
                                        w.at(1)
                                                .wanted(1)
                                                .replica("a", 1, READY)
                                                .replica("b", 1, READY)
                                                .replica("c", 1, PENDING))
                        .actions("stop c", "retire b")
                        .route("1*1[a]"),
                row("lets go the one without tasks")
                        .world(
                                w ->
                                        w.at(1)
                                                .wanted(1)
                                                .replica("a", 1, READY)
                                                .replica("b", 1, READY, 2))
                        .actions("retire a")
                        .route("1*1[b]"),
                row("idle: out of the route first")
                        .world(w -> w.at(1).wanted(0).replica("a", 1, READY))
                        .actions("retire a")
                        .route("wakes"),
                row("drains while a gateway may still send")
                        .world(w -> w.at(1).wanted(0).draining("a", 1, READY, 5, false))
                        .actions()
                        .route("wakes"),
                row("drained: stops")
                        .world(w -> w.at(1).wanted(0).draining("a", 1, READY, 1, true))
                        .actions("stop a")
                        .route("wakes"),
                row("a silent gateway holds nothing up for ever")
                        .world(w -> w.at(1).wanted(0).draining("a", 1, READY, 10, false))
                        .actions("stop a")
                        .route("wakes"),
                row("a request during the drain wakes another one")
                        .world(w -> w.at(1).wanted(1).draining("a", 1, READY, 1, false))
                        .actions("start 1")
                        .route("wakes"),
                row("stopping is left to finish")
                        .world(w -> w.at(1).wanted(0).draining("a", 1, STOPPING, 1, true))
                        .actions()
                        .route("wakes"),
                row("unready takes no traffic and keeps its place")
                        .world(w -> w.at(1).wanted(1).replica("a", 1, UNREADY))
                        .actions()
                        .route("wakes"),
                row("ended is forgotten and replaced")
                        .world(w -> w.at(1).wanted(1).replica("a", 1, ENDED).failures(1, 1, 0))
                        .actions("forget a", "start 1")
                        .route("wakes"),
                row("backs off")
                        .world(w -> w.at(1).wanted(1).failures(1, 2, 5))
                        .actions()
                        .route("wakes"),
                row("crash loop: nobody waits for it")
                        .world(w -> w.at(1).wanted(1).failures(1, 4, 5))
                        .actions()
                        .route("CrashLooping: boom"),
                row("crash loop: tried again, and requests may hope again")
                        .world(w -> w.at(1).wanted(1).failures(1, 4, 0))
                        .actions("start 1")
                        .route("wakes"),
                row("hopeless: never tried again")
                        .world(w -> w.at(1).wanted(1).hopeless(1))
                        .actions()
                        .route("ModelInvalid: bad model"),
                row("stuck start is failed and replaced")
                        .world(w -> w.at(1).wanted(1).startedAgo("a", 1, 181))
                        .actions("fail a", "start 1")
                        .route("wakes"),
                row("roll-out at zero only switches")
                        .world(w -> w.at(1).target(2).wanted(0))
                        .actions("serve 2")
                        .route("wakes"),
                row("roll-out starts the new beside the old")
                        .world(w -> w.at(1).target(2).wanted(1).replica("a", 1, READY))
                        .actions("start 2")
                        .route("1*1[a]"),
                row("roll-out waits for the new")
                        .world(
                                w ->
                                        w.at(1)
                                                .target(2)
                                                .wanted(1)
                                                .replica("a", 1, READY)
                                                .replica("b", 2, STARTING))
                        .actions()
                        .route("1*1[a]"),
                row("the new is ready: it serves, the old goes")
                        .world(
                                w ->
                                        w.at(1)
                                                .target(2)
                                                .wanted(1)
                                                .replica("a", 1, READY)
                                                .replica("b", 2, READY))
                        .actions("serve 2", "retire a")
                        .route("2*1[b]"),
                row("one by one, with their share of the traffic")
                        .world(
                                w ->
                                        w.at(1)
                                                .target(2)
                                                .wanted(3)
                                                .replica("a", 1, READY)
                                                .replica("b", 1, READY)
                                                .replica("c", 1, READY)
                                                .replica("d", 2, READY)
                                                .replica("e", 2, STARTING)
                                                .replica("f", 2, STARTING))
                        .actions("retire c")
                        .route("2*1[d] 1*2[a,b]"),
                row("no room for both: one old goes first")
                        .world(
                                w ->
                                        w.at(1)
                                                .target(2)
                                                .wanted(2)
                                                .noCapacity()
                                                .replica("a", 1, READY)
                                                .replica("b", 1, READY))
                        .actions("retire b", "start 2", "start 2")
                        .route("1*1[a]"),
                row("no room for both: the last that serves stays")
                        .world(w -> w.at(1).target(2).wanted(1).noCapacity().replica("a", 1, READY))
                        .actions("start 2")
                        .route("1*1[a]"),
                row("the new crash-loops: given up, the old is filled up again")
                        .world(
                                w ->
                                        w.at(1)
                                                .target(2)
                                                .wanted(2)
                                                .failures(2, 3, 5)
                                                .replica("a", 1, READY))
                        .actions("give up 2", "start 1")
                        .route("1*1[a]"),
                row("the new is hopeless: its replicas go, the old stays")
                        .world(
                                w ->
                                        w.at(1)
                                                .target(2)
                                                .wanted(1)
                                                .hopeless(2)
                                                .replica("a", 1, READY)
                                                .replica("b", 2, STARTING))
                        .actions("give up 2", "stop b")
                        .route("1*1[a]"),
                row("given up: one more try when the pause is over")
                        .world(
                                w ->
                                        w.at(1)
                                                .target(2)
                                                .wanted(3)
                                                .gaveUp()
                                                .failures(2, 5, 0)
                                                .replica("a", 1, READY)
                                                .replica("b", 1, READY)
                                                .replica("c", 1, READY))
                        .actions("start 2")
                        .route("1*3[a,b,c]"),
                row("given up and idle: never switched to on trust")
                        .world(w -> w.at(1).target(2).wanted(0).gaveUp())
                        .actions()
                        .route("wakes"),
                row("given up, then woken: the old one serves")
                        .world(w -> w.at(1).target(2).wanted(1).gaveUp().hopeless(2))
                        .actions("start 1")
                        .route("wakes"),
                row("idle during a roll-out: what starts may show whether it works")
                        .world(
                                w ->
                                        w.at(1)
                                                .target(2)
                                                .wanted(0)
                                                .replica("a", 1, READY)
                                                .replica("b", 2, STARTING))
                        .actions("retire a")
                        .route("wakes"),
                row("a third revision overtakes: the second goes")
                        .world(
                                w ->
                                        w.at(1)
                                                .target(3)
                                                .wanted(1)
                                                .replica("a", 1, READY)
                                                .replica("b", 2, STARTING))
                        .actions("stop b", "start 3")
                        .route("1*1[a]"),
                row("the old crashes during a roll-out: it is replaced")
                        .world(
                                w ->
                                        w.at(1)
                                                .target(2)
                                                .wanted(1)
                                                .failures(1, 1, 0)
                                                .replica("a", 1, ENDED)
                                                .replica("b", 2, STARTING))
                        .actions("forget a", "start 1")
                        .route("wakes"),
                row("deleted: no route, ready ones drain, others stop")
                        .world(
                                w ->
                                        w.at(1)
                                                .deleting()
                                                .wanted(0)
                                                .replica("a", 1, READY)
                                                .replica("b", 1, STARTING))
                        .actions("retire a", "stop b")
                        .route("none"),
                row("deleted and nothing lives: rows go")
                        .world(w -> w.at(1).deleting().replica("a", 1, ENDED))
                        .actions("forget a", "purge")
                        .route("none"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("worlds")
    void plans(String name, World world, List<String> actions, String route) {
        Plan plan = planner.plan(world, NOW);

        assertThat(plan.actions().stream().map(PlannerTest::text))
                .containsExactlyElementsOf(actions);
        assertThat(plan.route().map(PlannerTest::text).orElse("none")).isEqualTo(route);
        assertThat(plan.checkAfter()).isBetween(Duration.ZERO, Duration.ofSeconds(30));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("verdicts")
    void saysHowItIs(
            String name, World world, Phase phase, boolean ready, String reason, String why) {
        Plan.Verdict verdict = planner.plan(world, NOW).verdict();

        assertThat(verdict.phase()).isEqualTo(phase);
        assertThat(verdict.ready().status()).isEqualTo(ready);
        assertThat(verdict.ready().reason()).isEqualTo(reason);
        assertThat(verdict.progressing().reason()).isEqualTo(why);
    }

    static Stream<Arguments> verdicts() {
        return Stream.of(
                arguments(
                        "idle",
                        w().at(1).wanted(0).build(),
                        Phase.IDLE,
                        true,
                        "ScaledToZero",
                        "Complete"),
                arguments(
                        "fetching",
                        w().at(1).wanted(1).replica("a", 1, PENDING).build(),
                        Phase.PENDING,
                        false,
                        "Fetching",
                        "Scaling"),
                arguments(
                        "the disk is full",
                        w().at(1).wanted(1).fetchProblem("a", 1).build(),
                        Phase.PENDING,
                        false,
                        "DiskFull",
                        "Scaling"),
                arguments(
                        "starting",
                        w().at(1).wanted(1).replica("a", 1, STARTING).build(),
                        Phase.STARTING,
                        false,
                        "Starting",
                        "Scaling"),
                arguments(
                        "serving",
                        w().at(1).wanted(1).replica("a", 1, READY).build(),
                        Phase.READY,
                        true,
                        "Serving",
                        "Complete"),
                arguments(
                        "updating",
                        w().at(1).target(2).wanted(1).replica("a", 1, READY).build(),
                        Phase.UPDATING,
                        true,
                        "Serving",
                        "RollingOut"),
                arguments(
                        "new revision broken",
                        w().at(1)
                                .target(2)
                                .wanted(1)
                                .failures(2, 3, 5)
                                .replica("a", 1, READY)
                                .build(),
                        Phase.DEGRADED,
                        true,
                        "Serving",
                        "CrashLooping"),
                arguments(
                        "hopeless",
                        w().at(1).wanted(1).hopeless(1).build(),
                        Phase.FAILED,
                        false,
                        "ModelInvalid",
                        "ModelInvalid"),
                arguments(
                        "no room",
                        w().at(1).wanted(1).noCapacity().build(),
                        Phase.PENDING,
                        false,
                        "InsufficientCapacity",
                        "InsufficientCapacity"),
                arguments(
                        "one exit is no loop",
                        w().at(1).wanted(1).failures(1, 1, 0).build(),
                        Phase.PENDING,
                        false,
                        "Exited",
                        "Exited"));
    }

    @Test
    void looksAgainWhenThePauseIsOver() {
        Plan plan = planner.plan(w().at(1).wanted(0).failures(1, 2, 0.4).build(), NOW);

        assertThat(plan.checkAfter()).isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void pausesGrowAndEnd() {
        Failure failure = new Failure(Failure.Reason.EXITED, "boom");
        Health health = Health.GOOD;
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            health = health.failed(failure, NOW, () -> Long.MIN_VALUE >>> 1 << 1);
            pauses.add(Duration.between(NOW, health.nextTry()).toMillis());
        }

        assertThat(pauses.getFirst()).isZero();
        assertThat(pauses).isSorted();
        assertThat(pauses.getLast()).isBetween(240_000L, 360_000L);
    }

    // ---- a small language for worlds ----

    private static String text(Action action) {
        return switch (action) {
            case Action.Start start -> "start " + start.revision();
            case Action.Retire retire -> "retire " + retire.replica();
            case Action.Stop stop -> "stop " + stop.replica();
            case Action.Fail fail -> "fail " + fail.replica();
            case Action.Forget forget -> "forget " + forget.replica();
            case Action.Serve serve -> "serve " + serve.revision();
            case Action.GiveUp giveUp -> "give up " + giveUp.revision();
            case Action.Purge ignored -> "purge";
        };
    }

    private static String text(RoutePlan route) {
        if (!route.shares().isEmpty()) {
            return String.join(
                    " ",
                    route.shares().stream()
                            .map(
                                    s ->
                                            s.revision()
                                                    + "*"
                                                    + s.weight()
                                                    + "["
                                                    + String.join(",", s.replicas())
                                                    + "]")
                            .toList());
        }
        return route.wakes() ? "wakes" : route.reason();
    }

    private static Row row(String name) {
        return new Row(name);
    }

    private static W w() {
        return new W();
    }

    private static final class Row implements Arguments {
        private final String name;
        private World world;
        private List<String> actions = List.of();
        private String route = "";

        Row(String name) {
            this.name = name;
        }

        Row world(java.util.function.UnaryOperator<W> build) {
            world = build.apply(new W()).build();
            return this;
        }

        Row actions(String... wanted) {
            actions = List.of(wanted);
            return this;
        }

        Row route(String wanted) {
            route = wanted;
            return this;
        }

        @Override
        public Object[] get() {
            return new Object[] {name, world, actions, route};
        }
    }

    private static final class W {
        private final List<Instance> replicas = new ArrayList<>();
        private final Map<Long, Health> health = new HashMap<>();
        private boolean deleting;
        private boolean gaveUp;
        private long target;
        private long serving;
        private int wanted;
        private Optional<String> noCapacity = Optional.empty();

        W at(long revision) {
            target = revision;
            serving = revision;
            return this;
        }

        W target(long revision) {
            target = revision;
            return this;
        }

        W wanted(int replicas) {
            wanted = replicas;
            return this;
        }

        W deleting() {
            deleting = true;
            return this;
        }

        W gaveUp() {
            gaveUp = true;
            return this;
        }

        W noCapacity() {
            noCapacity = Optional.of("no memory left");
            return this;
        }

        W replica(String id, long revision, State state) {
            return replica(id, revision, state, 0);
        }

        W replica(String id, long revision, State state, int tasks) {
            Instant created = NOW.minusSeconds(100 - replicas.size());
            replicas.add(
                    new Instance(
                            id,
                            revision,
                            state,
                            created,
                            Optional.of(created),
                            Optional.empty(),
                            tasks,
                            Optional.empty()));
            return this;
        }

        W fetchProblem(String id, long revision) {
            replicas.add(
                    new Instance(
                            id,
                            revision,
                            PENDING,
                            NOW,
                            Optional.empty(),
                            Optional.empty(),
                            0,
                            Optional.of(new Failure(Failure.Reason.DISK_FULL, "no space"))));
            return this;
        }

        W startedAgo(String id, long revision, long seconds) {
            Instant created = NOW.minusSeconds(seconds);
            replicas.add(
                    new Instance(
                            id,
                            revision,
                            STARTING,
                            created,
                            Optional.of(created),
                            Optional.empty(),
                            0,
                            Optional.empty()));
            return this;
        }

        W draining(String id, long revision, State state, long seconds, boolean settled) {
            replicas.add(
                    new Instance(
                            id,
                            revision,
                            state,
                            NOW.minusSeconds(100),
                            Optional.of(NOW.minusSeconds(100)),
                            Optional.of(new Drain(NOW.minusSeconds(seconds), settled)),
                            0,
                            Optional.empty()));
            return this;
        }

        W failures(long revision, int count, double secondsToNextTry) {
            health.put(
                    revision,
                    new Health(
                            count,
                            NOW.plusMillis((long) (secondsToNextTry * 1000)),
                            Optional.of(new Failure(Failure.Reason.EXITED, "boom"))));
            return this;
        }

        W hopeless(long revision) {
            health.put(
                    revision,
                    new Health(
                            1,
                            NOW,
                            Optional.of(new Failure(Failure.Reason.MODEL_INVALID, "bad model"))));
            return this;
        }

        World build() {
            return new World(
                    deleting, true, target, serving, gaveUp, wanted, replicas, health, noCapacity);
        }
    }
}
