package dev.marmita.runner.work;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Jobs that wait, the next one first: by their arrival, but each step less urgent counts as having come a
 * quarter of a second later, so that none waits forever. Not thread-safe.
 */
final class JobQueue {

    private static final long URGENCY_STEP_NANOS = 250_000_000;

    private record Entry(Job job, long rank, long number) {}

    private final TreeSet<Entry> entries =
            new TreeSet<>(Comparator.comparingLong(Entry::rank).thenComparingLong(Entry::number));
    private final long epoch;
    private long number;

    /**
     * @param epoch a moment on the clock of {@link #add}, for it may wrap around
     */
    JobQueue(long epoch) {
        this.epoch = epoch;
    }

    void add(Job job, long now) {
        long rank = now - epoch + job.scope().urgency() * URGENCY_STEP_NANOS;
        entries.add(new Entry(job, rank, number++));
    }

    int size() {
        return entries.size();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /**
     * Removes the next job.
     *
     * @param grouped whether one with a group will do
     */
    Optional<Job> poll(boolean grouped) {
        Iterator<Entry> each = entries.iterator();
        while (each.hasNext()) {
            Job job = each.next().job();
            if (grouped || job.group().isEmpty()) {
                each.remove();
                return Optional.of(job);
            }
        }
        return Optional.empty();
    }

    /** Jobs of that group. */
    int count(Object group) {
        int count = 0;
        for (Entry entry : entries) {
            count += isOf(group, entry.job()) ? 1 : 0;
        }
        return count;
    }

    /** Removes the next jobs of that group. */
    List<Job> take(Object group, int most) {
        List<Job> taken = new ArrayList<>(most);
        Iterator<Entry> each = entries.iterator();
        while (taken.size() < most && each.hasNext()) {
            Job job = each.next().job();
            if (isOf(group, job)) {
                each.remove();
                taken.add(job);
            }
        }
        return taken;
    }

    private static boolean isOf(Object group, Job job) {
        Optional<?> own = job.group();
        return own.isPresent() && own.get().equals(group);
    }
}
