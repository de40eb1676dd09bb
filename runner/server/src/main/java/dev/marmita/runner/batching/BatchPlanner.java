package dev.marmita.runner.batching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Decides which waiting calls run together, and in which order. Pure: the time is passed in. */
final class BatchPlanner {

    /** By how much less urgent a call is served as if it had come later, so that none waits forever. */
    static final long URGENCY_STEP_NANOS = 250_000_000;

    private final int maxCalls;
    private final long maxBytes;
    private final Cost cost;

    BatchPlanner(int maxCalls, long maxBytes, Cost cost) {
        this.maxCalls = maxCalls;
        this.maxBytes = maxBytes;
        this.cost = cost;
    }

    /** How long a run is expected to take. */
    @FunctionalInterface
    interface Cost {
        long nanos(int rows, long bytes);
    }

    /**
     * A call that waits.
     *
     * @param urgency 0 is the most, 7 the least urgent (RFC 9218)
     * @param deadlineNanos on the clock of {@code now}
     * @param gone nobody waits for its answer any more
     */
    record Candidate(
            Object key,
            int rows,
            long bytes,
            int urgency,
            long arrivedNanos,
            long deadlineNanos,
            boolean gone) {

        private long rank() {
            return arrivedNanos + urgency * URGENCY_STEP_NANOS;
        }
    }

    private static final class Group {
        private final List<Integer> members = new ArrayList<>();
        private int rows;
        private long bytes;
        private long earliestDeadline = Long.MAX_VALUE;

        void add(int index, Candidate candidate) {
            members.add(index);
            rows += candidate.rows;
            bytes += candidate.bytes;
            earliestDeadline = Math.min(earliestDeadline, candidate.deadlineNanos);
        }
    }

    /**
     * Runs in their order, each the indices of its calls. Calls that are gone or too late are in none.
     */
    List<List<Integer>> plan(List<Candidate> waiting, long now) {
        List<Integer> order =
                IntStream.range(0, waiting.size())
                        .filter(i -> !waiting.get(i).gone && waiting.get(i).deadlineNanos > now)
                        .boxed()
                        .sorted(Comparator.comparingLong(i -> waiting.get(i).rank()))
                        .toList();
        List<Group> runs = new ArrayList<>();
        Map<Object, Group> open = new LinkedHashMap<>();
        for (int index : order) {
            Candidate candidate = waiting.get(index);
            Group group = open.get(candidate.key);
            if (group == null || !fits(group, candidate, now)) {
                group = new Group();
                open.put(candidate.key, group);
                runs.add(group);
            }
            group.add(index, candidate);
        }
        return runs.stream().map(group -> List.copyOf(group.members)).toList();
    }

    /** A larger batch must not make a member late that a run of its own would have served in time. */
    private boolean fits(Group group, Candidate candidate, long now) {
        long bytes = group.bytes + candidate.bytes;
        long deadline = Math.min(group.earliestDeadline, candidate.deadlineNanos);
        return group.members.size() < maxCalls
                && bytes <= maxBytes
                && now + cost.nanos(group.rows + candidate.rows, bytes) <= deadline;
    }
}
