package dev.marmita.runner.tasks;

import dev.marmita.runner.http.RefusedException;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The tasks of a replica, in memory and in files. Bounded: the oldest that have ended go first; where
 * none has, a new one is refused. Thread-safe.
 */
final class TaskStore {

    /**
     * Its bounds.
     *
     * @param count tasks that are kept
     * @param unfinished of them that have not ended
     * @param bytes that they take on the disk
     * @param age after which one that has ended is forgotten
     */
    record Bounds(int count, int unfinished, long bytes, Duration age) {

        static final Bounds DEFAULT = new Bounds(1_000, 256, 1L << 30, Duration.ofHours(24));
    }

    private final TaskFiles files;
    private final Bounds bounds;
    private final InstantSource clock;
    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private long bytes;

    TaskStore(TaskFiles files, Bounds bounds, InstantSource clock) {
        this.files = files;
        this.bounds = bounds;
        this.clock = clock;
    }

    /** Takes over what an earlier process has kept; the tasks that have not ended, the oldest first. */
    synchronized List<Task> load() throws IOException {
        List<Task> found =
                files.load().stream().sorted(Comparator.comparing(Task::createdAt)).toList();
        for (Task task : found) {
            Task kept = task.ended() ? task : task.waiting();
            tasks.put(kept.id(), kept);
            bytes += kept.bytes();
        }
        expire();
        return tasks.values().stream().filter(task -> !task.ended()).toList();
    }

    /**
     * Keeps a new task; it is accepted once this returns.
     *
     * @throws RefusedException where there is no room
     */
    synchronized void add(Task task, ByteBuf body) throws IOException {
        if (unfinished() >= bounds.unfinished()) {
            throw full("too many tasks wait here; try again later");
        }
        expire();
        while (tasks.size() >= bounds.count() || bytes + task.bytes() > bounds.bytes()) {
            Task oldest =
                    tasks.values().stream()
                            .filter(Task::ended)
                            .findFirst()
                            .orElseThrow(() -> full("there is no room for more tasks; try later"));
            remove(oldest);
        }
        files.create(task, body);
        tasks.put(task.id(), task);
        bytes += task.bytes();
    }

    private static RefusedException full(String why) {
        return RefusedException.unprocessed(why);
    }

    synchronized Optional<Task> find(String id) {
        return Optional.ofNullable(tasks.get(id));
    }

    /** Tasks that have not ended. */
    synchronized int unfinished() {
        return (int) tasks.values().stream().filter(task -> !task.ended()).count();
    }

    /**
     * Changes a task that has not ended.
     *
     * @return the task as it is now; empty: it had ended, and nothing was changed
     */
    synchronized Optional<Task> change(String id, UnaryOperator<Task> change) throws IOException {
        Task before = tasks.get(id);
        if (before == null || before.ended()) {
            return Optional.empty();
        }
        return Optional.of(replace(before, change.apply(before)));
    }

    /** Gives an answer to a task, unless it has ended. */
    synchronized void answer(String id, Task.Answer answer, ByteBuf body) throws IOException {
        Task before = tasks.get(id);
        if (before != null && !before.ended()) {
            files.answer(id, body);
            replace(before, before.answered(answer, body.readableBytes(), clock.instant()));
        }
    }

    /** Gives a task up whose answer could not be kept; where its file cannot be written either, in memory. */
    synchronized void lose(String id) {
        Task before = tasks.get(id);
        if (before == null || before.ended()) {
            return;
        }
        Task lost = before.lost(clock.instant());
        tasks.put(id, lost);
        try {
            files.save(lost);
        } catch (IOException e) {
            // The disk is full or gone: a next process runs the task again.
        }
    }

    private Task replace(Task before, Task after) throws IOException {
        files.save(after);
        tasks.put(after.id(), after);
        bytes += after.bytes() - before.bytes();
        return after;
    }

    byte[] input(String id) throws IOException {
        return files.input(id);
    }

    byte[] answer(String id) throws IOException {
        return files.answer(id);
    }

    /** Forgets what has ended long ago. */
    synchronized void expire() throws IOException {
        Instant oldest = clock.instant().minus(bounds.age());
        for (Task task : List.copyOf(tasks.values())) {
            if (task.endedAt().isPresent() && task.endedAt().get().isBefore(oldest)) {
                remove(task);
            }
        }
    }

    private void remove(Task task) throws IOException {
        files.delete(task.id());
        tasks.remove(task.id());
        bytes -= task.bytes();
    }
}
