package dev.marmita.scheduler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.scheduler.plan.Autoscaler.Bounds;
import dev.marmita.scheduler.plan.Autoscaler.Decision;
import dev.marmita.scheduler.plan.Autoscaler.Demand;
import dev.marmita.scheduler.plan.Autoscaler.Settings;
import dev.marmita.scheduler.plan.Autoscaler.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AutoscalerTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration IDLE = Duration.ofSeconds(60);

    /** Phases are "seconds x inFlight + queued @ ready"; then what is wanted at the end. */
    static Stream<Arguments> tables() {
        return Stream.of(
                row("never asked: nothing", bounds(0, 4, 2), 0, "5x0+0@0"),
                row("never asked, online: the least", bounds(1, 4, 2), 1, "5x0+0@1"),
                row("never asked, online, two at least", bounds(2, 4, 2), 2, "5x0+0@2"),
                row("from zero at once", bounds(0, 4, 2), 1, "1x0+1@0"),
                row("from zero, as many as the queue needs", bounds(0, 4, 2), 3, "1x0+5@0"),
                row("not more than allowed", bounds(0, 4, 2), 4, "1x0+100@0"),
                row("steady load at the target", bounds(0, 4, 2), 1, "60x2+0@1"),
                row("steady load above the target", bounds(0, 4, 2), 2, "60x3+0@2"),
                row("a queue scales up at once", bounds(0, 4, 2), 2, "50x2+0@1", "1x2+1@1"),
                row(
                        "a jump panics within the short window",
                        bounds(0, 10, 2),
                        8,
                        "60x2+0@1",
                        "6x16+0@1"),
                row(
                        "a jump below the panic threshold waits for the long window",
                        bounds(0, 10, 2),
                        3,
                        "60x4+0@2",
                        "6x6+0@2"),
                row(
                        "panic does not scale down",
                        bounds(0, 10, 2),
                        8,
                        "60x2+0@1",
                        "6x16+0@1",
                        "50x2+0@8"),
                row(
                        "after panic it comes down",
                        bounds(0, 10, 2),
                        1,
                        "60x2+0@1",
                        "6x16+0@1",
                        "170x2+0@8"),
                row("a dip is waited out", bounds(0, 10, 2), 3, "90x6+0@3", "20x2+0@3"),
                row(
                        "less load for long: less replicas",
                        bounds(0, 10, 2),
                        1,
                        "90x6+0@3",
                        "120x2+0@3"),
                row("idle, not long enough", bounds(0, 4, 2), 1, "10x2+0@1", "59x0+0@1"),
                row("idle long enough: zero", bounds(0, 4, 2), 0, "10x2+0@1", "61x0+0@1"),
                row("idle, but zero is not allowed", bounds(1, 4, 2), 1, "10x2+0@1", "200x0+0@1"),
                row(
                        "woken again after zero",
                        bounds(0, 4, 2),
                        1,
                        "10x2+0@1",
                        "100x0+0@1",
                        "1x0+1@0"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tables")
    void wants(String name, Bounds bounds, int wanted, List<String> phases) {
        assertThat(run(bounds, phases).getLast().replicas()).isEqualTo(wanted);
    }

    @Test
    void remembersNoMoreThanItsWindows() {
        List<Decision> decisions = run(bounds(0, 10, 2), List.of("1000x5+1@3"));

        State state = decisions.getLast().state();
        assertThat(state.buckets()).hasSizeLessThanOrEqualTo(60);
        assertThat(state.proposals()).hasSizeLessThanOrEqualTo(30);
    }

    @Test
    void manySamplesInOneSecondCountAsTheirMean() {
        Autoscaler autoscaler = new Autoscaler(Settings.DEFAULT);
        State state = State.EMPTY;
        int wanted = 0;
        for (int i = 0; i < 10; i++) {
            Demand demand = new Demand(i == 0 ? 20 : 0, 0, Optional.of(START), 1);
            Decision decision =
                    autoscaler.decide(state, bounds(0, 10, 2), demand, START.plusMillis(90 * i));
            state = decision.state();
            wanted = decision.replicas();
        }

        assertThat(state.buckets()).hasSize(1);
        assertThat(state.buckets().getFirst().mean()).isEqualTo(2.0);
        assertThat(wanted).isEqualTo(10);
    }

    @Test
    void saysWhenItWillGoToZero() {
        Decision decision = run(bounds(0, 4, 2), List.of("10x2+0@1", "1x0+0@1")).getLast();

        assertThat(decision.idleAt()).contains(START.plusSeconds(9).plus(IDLE));
    }

    @Test
    void anIdleTimeShorterThanTheWindowsStillCounts() {
        Bounds bounds = new Bounds(0, 4, 2, Duration.ofSeconds(2));

        assertThat(run(bounds, List.of("30x9+9@4", "3x0+0@4")).getLast().replicas()).isZero();
    }

    @Test
    void replicasFoundAliveStayForTheIdleTime() {
        Autoscaler autoscaler = new Autoscaler(Settings.DEFAULT);
        State found = State.EMPTY.activeAt(START);
        Demand nothing = new Demand(0, 0, Optional.empty(), 1);

        assertThat(
                        autoscaler
                                .decide(found, bounds(0, 4, 2), nothing, START.plusSeconds(59))
                                .replicas())
                .isEqualTo(1);
        assertThat(
                        autoscaler
                                .decide(found, bounds(0, 4, 2), nothing, START.plusSeconds(60))
                                .replicas())
                .isZero();
    }

    private static List<Decision> run(Bounds bounds, List<String> phases) {
        Autoscaler autoscaler = new Autoscaler(Settings.DEFAULT);
        List<Decision> decisions = new ArrayList<>();
        State state = State.EMPTY;
        Instant now = START;
        Optional<Instant> last = Optional.empty();
        for (String phase : phases) {
            String[] parts = phase.split("[x+@]");
            for (int i = 0; i < Integer.parseInt(parts[0]); i++) {
                int inFlight = Integer.parseInt(parts[1]);
                int queued = Integer.parseInt(parts[2]);
                if (inFlight + queued > 0) {
                    last = Optional.of(now);
                }
                Demand demand = new Demand(inFlight, queued, last, Integer.parseInt(parts[3]));
                Decision decision = autoscaler.decide(state, bounds, demand, now);
                decisions.add(decision);
                state = decision.state();
                now = now.plusSeconds(1);
            }
        }
        return decisions;
    }

    private static Bounds bounds(int min, int max, int target) {
        return new Bounds(min, max, target, IDLE);
    }

    private static Arguments row(String name, Bounds bounds, int wanted, String... phases) {
        return Arguments.of(name, bounds, wanted, List.of(phases));
    }
}
