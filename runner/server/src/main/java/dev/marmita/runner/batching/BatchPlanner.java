package dev.marmita.runner.batching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Decides which waiting calls run together, and in which order. Pure: the time is passed in. */
final class BatchPlanner {

    /** By how much less urgent a call is served as if it had come later, so that none waits forever. */
    static final long URGENCY_STEP_NANOS = 250_000_000;

    /** What a batch that is filled up must save against separate runs. */
    private static final double WORTH = 0.95;

    private final int maxCalls;
    private final long maxBytes;
    private final Cost cost;
    private final Fill fill;

    BatchPlanner(int maxCalls, long maxBytes, Cost cost) {
        this(maxCalls, maxBytes, cost, Fill.NEVER);
    }

    BatchPlanner(int maxCalls, long maxBytes, Cost cost, Fill fill) {
        this.maxCalls = maxCalls;
        this.maxBytes = maxBytes;
        this.cost = cost;
        this.fill = fill;
    }

    /** How long a run is expected to take. */
    @FunctionalInterface
    interface Cost {
        long nanos(int rows, long bytes);
    }

    /** Whether calls of one family are filled up to the longest of them. */
    enum Fill {
        NEVER,
        /** Where the costs that are known say that it saves. */
        WHERE_CHEAPER,
        /** As long as it makes the run at most half as large again: to find out what it costs. */
        UP_TO_HALF_MORE
    }

    /**
     * A length to which a call can be filled up.
     *
     * @param family equal for calls that can share a run once they are of one length
     * @param bytesOfLength what a step of the length adds to the call's bytes
     */
    record Width(Object family, long length, long bytesOfLength) {}

    /**
     * A call that waits.
     *
     * @param urgency 0 is the most, 7 the least urgent (RFC 9218)
     * @param deadlineNanos on the clock of {@code now}
     * @param gone nobody waits for its answer any more
     * @param width empty: it cannot be filled up
     */
    record Candidate(
            Object key,
            int rows,
            long bytes,
            int urgency,
            long arrivedNanos,
            long deadlineNanos,
            boolean gone,
            Optional<Width> width) {

        Candidate(
                Object key,
                int rows,
                long bytes,
                int urgency,
                long arrivedNanos,
                long deadlineNanos,
                boolean gone) {
            this(key, rows, bytes, urgency, arrivedNanos, deadlineNanos, gone, Optional.empty());
        }

        private long rank() {
            return arrivedNanos + urgency * URGENCY_STEP_NANOS;
        }

        private long length() {
            return width.map(Width::length).orElse(0L);
        }

        private long bytesOfLength() {
            return width.map(Width::bytesOfLength).orElse(0L);
        }
    }

    private static final class Group {
        private final List<Integer> members = new ArrayList<>();
        private int rows;
        private long useful;
        private long length;
        private long fixed;
        private long bytesOfLength;
        private long earliestDeadline = Long.MAX_VALUE;

        void add(int index, Candidate candidate) {
            members.add(index);
            rows += candidate.rows;
            useful += candidate.bytes;
            length = Math.max(length, candidate.length());
            fixed += candidate.bytes - candidate.length() * candidate.bytesOfLength();
            bytesOfLength += candidate.bytesOfLength();
            earliestDeadline = Math.min(earliestDeadline, candidate.deadlineNanos);
        }

        /** All of it, filled up. */
        long bytes() {
            return fixed + length * bytesOfLength;
        }

        long bytesWith(Candidate candidate) {
            return fixed
                    + candidate.bytes
                    - candidate.length() * candidate.bytesOfLength()
                    + Math.max(length, candidate.length())
                            * (bytesOfLength + candidate.bytesOfLength());
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
        Map<Object, Group> open = new HashMap<>();
        Map<Object, List<Group>> families = new HashMap<>();
        for (int index : order) {
            Candidate candidate = waiting.get(index);
            Group group = open.get(candidate.key);
            boolean asLong = group != null && group.length == candidate.length();
            if (group == null || !asLong || !fits(group, candidate, now)) {
                group = filled(families, candidate, now);
            }
            if (group == null) {
                Group fresh = new Group();
                open.put(candidate.key, fresh);
                candidate.width.ifPresent(
                        width ->
                                families.computeIfAbsent(width.family, family -> new ArrayList<>())
                                        .add(fresh));
                runs.add(fresh);
                group = fresh;
            }
            group.add(index, candidate);
        }
        return runs.stream().map(group -> List.copyOf(group.members)).toList();
    }

    /** The group of the candidate's family that it fills up with the least waste, where it may. */
    private @Nullable Group filled(
            Map<Object, List<Group>> families, Candidate candidate, long now) {
        if (fill == Fill.NEVER || candidate.width.isEmpty()) {
            return null;
        }
        Group best = null;
        long least = Long.MAX_VALUE;
        for (Group group : families.getOrDefault(candidate.width.get().family, List.of())) {
            long added = group.bytesWith(candidate) - group.bytes();
            if (added < least && fits(group, candidate, now) && pays(group, candidate)) {
                best = group;
                least = added;
            }
        }
        return best;
    }

    private boolean pays(Group group, Candidate candidate) {
        long bytes = group.bytesWith(candidate);
        return switch (fill) {
            case NEVER -> false;
            case UP_TO_HALF_MORE -> 2 * bytes <= 3 * (group.useful + candidate.bytes);
            case WHERE_CHEAPER ->
                    cost.nanos(group.rows + candidate.rows, bytes)
                            <= WORTH
                                    * (cost.nanos(group.rows, group.bytes())
                                            + cost.nanos(candidate.rows, candidate.bytes));
        };
    }

    /** A larger batch must not make a member late that a run of its own would have served in time. */
    private boolean fits(Group group, Candidate candidate, long now) {
        long bytes = group.bytesWith(candidate);
        long deadline = Math.min(group.earliestDeadline, candidate.deadlineNanos);
        return group.members.size() < maxCalls
                && bytes <= maxBytes
                && now + cost.nanos(group.rows + candidate.rows, bytes) <= deadline;
    }
}
