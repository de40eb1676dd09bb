package dev.marmita.runner.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.runner.batching.BatchPlanner.Candidate;
import dev.marmita.runner.batching.BatchPlanner.Fill;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BatchPlannerTest {

    private static final long MILLI = 1_000_000;
    private static final long NOW = 10_000 * MILLI;

    /** One call: its key, then what is special about it. */
    private static Candidate call(String key) {
        return call(key, 1, 100, 3, 0, 60_000, false);
    }

    private static Candidate call(
            String key, int rows, long bytes, int urgency, int arrived, int left, boolean gone) {
        return new Candidate(
                key,
                rows,
                bytes,
                urgency,
                NOW + (arrived - 1_000) * MILLI,
                NOW + left * MILLI,
                gone);
    }

    static Stream<Arguments> worlds() {
        return Stream.of(
                world("nobody waits", List.of(), List.of()),
                world("one alone", List.of(call("a")), List.of(List.of(0))),
                world(
                        "the same shape runs together",
                        List.of(call("a"), call("a"), call("a")),
                        List.of(List.of(0, 1, 2))),
                world(
                        "other shapes run by themselves, in the order of the first of each",
                        List.of(call("a"), call("b"), call("a"), call("b")),
                        List.of(List.of(0, 2), List.of(1, 3))),
                world(
                        "no more than four calls",
                        List.of(call("a"), call("a"), call("a"), call("a"), call("a"), call("a")),
                        List.of(List.of(0, 1, 2, 3), List.of(4, 5))),
                world(
                        "no more than 1,000 bytes",
                        List.of(
                                call("a", 4, 600, 3, 0, 60_000, false),
                                call("a", 2, 300, 3, 1, 60_000, false),
                                call("a", 2, 300, 3, 2, 60_000, false)),
                        List.of(List.of(0, 1), List.of(2))),
                world(
                        "a call beyond the bytes still runs",
                        List.of(call("a", 9, 5_000, 3, 0, 60_000, false), call("a")),
                        List.of(List.of(0), List.of(1))),
                world(
                        "who has gone leaves the batch",
                        List.of(call("a"), call("a", 1, 100, 3, 0, 60_000, true), call("a")),
                        List.of(List.of(0, 2))),
                world(
                        "whose time is over is not begun",
                        List.of(call("a", 1, 100, 3, 0, 0, false), call("a")),
                        List.of(List.of(1))),
                world(
                        "the urgent come first",
                        List.of(call("a"), call("b", 1, 100, 0, 5, 60_000, false)),
                        List.of(List.of(1), List.of(0))),
                world(
                        "who has waited long is not overtaken",
                        List.of(
                                call("a", 1, 100, 7, 0, 60_000, false),
                                call("b", 1, 100, 0, 1_900, 60_000, false)),
                        List.of(List.of(0), List.of(1))),
                world(
                        "a batch does not make a member late (10 ms a row)",
                        List.of(
                                call("a", 1, 100, 3, 0, 25, false),
                                call("a", 1, 100, 3, 1, 60_000, false),
                                call("a", 1, 100, 3, 2, 60_000, false)),
                        List.of(List.of(0, 1), List.of(2))));
    }

    private static Arguments world(String name, List<Candidate> waiting, List<List<Integer>> runs) {
        return Arguments.of(name, waiting, runs);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("worlds")
    void plans(String name, List<Candidate> waiting, List<List<Integer>> runs) {
        BatchPlanner planner = new BatchPlanner(4, 1_000, (rows, bytes) -> rows * 10 * MILLI);

        List<List<Integer>> sorted = new ArrayList<>();
        for (List<Integer> run : planner.plan(waiting, NOW)) {
            sorted.add(run.stream().sorted().toList());
        }
        assertThat(sorted).isEqualTo(runs);
    }

    /** A call of that length, a hundred bytes for each step of it. */
    private static Candidate wide(int length) {
        return new Candidate(
                "length " + length,
                1,
                length * 100L,
                3,
                NOW,
                NOW + 60_000 * MILLI,
                false,
                Optional.of(new BatchPlanner.Width("family", length, 100)));
    }

    private static List<Candidate> wide(List<Integer> lengths) {
        return lengths.stream().map(BatchPlannerTest::wide).toList();
    }

    static Stream<Arguments> lengths() {
        return Stream.of(
                world(
                        "equal lengths alone",
                        Fill.NEVER,
                        List.of(5, 6, 5),
                        List.of(List.of(0, 2), List.of(1))),
                world(
                        "to learn what it costs",
                        Fill.UP_TO_HALF_MORE,
                        List.of(5, 6, 7),
                        List.of(List.of(0, 1, 2))),
                world(
                        "no run more than half as large again",
                        Fill.UP_TO_HALF_MORE,
                        List.of(1, 9, 2),
                        List.of(List.of(0, 2), List.of(1))),
                world(
                        "with those that are as long, where the others cost more",
                        Fill.WHERE_CHEAPER,
                        List.of(10, 90, 11, 88, 10),
                        List.of(List.of(0, 2, 4), List.of(1, 3))),
                world(
                        "no more than four",
                        Fill.WHERE_CHEAPER,
                        List.of(10, 10, 11, 11, 10),
                        List.of(List.of(0, 1, 2, 3), List.of(4))));
    }

    private static Arguments world(
            String name, Fill fill, List<Integer> lengths, List<List<Integer>> runs) {
        return Arguments.of(name, fill, lengths, runs);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lengths")
    void fillsUp(String name, Fill fill, List<Integer> lengths, List<List<Integer>> runs) {
        // A run costs as much as 2,000 bytes, and its bytes.
        BatchPlanner planner = new BatchPlanner(4, 100_000, (rows, bytes) -> 2_000 + bytes, fill);

        List<List<Integer>> sorted = new ArrayList<>();
        for (List<Integer> run : planner.plan(wide(lengths), NOW)) {
            sorted.add(run.stream().sorted().toList());
        }
        assertThat(sorted).isEqualTo(runs);
    }
}
