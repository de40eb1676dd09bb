package dev.marmita.runner.tasks;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.log.Log;
import dev.marmita.runner.work.InferencePool;
import dev.marmita.runner.work.Job;
import dev.marmita.runner.work.RequestScope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one after the other on the inference threads, beside the requests and leaving them a thread
 * where there are several. A task whose process is killed runs again in the next one on the same scratch
 * disk: at least once, not exactly once. Thread-safe.
 */
public final class Tasks implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofHours(1);

    /** How long the end waits for somebody to fetch a result. */
    private static final Duration LINGER = Duration.ofSeconds(10);

    /** What a route does. */
    @FunctionalInterface
    public interface Work {
        /** Answers; throws nothing. */
        Reply.Whole run(RequestScope scope, String mediaType, String query, ByteBuf body);
    }

    /**
     * What tasks need.
     *
     * @param folder where they are kept; made when the first comes
     * @param replica that this is; ids of tasks name it
     * @param open whether new ones are taken
     * @param atOnce tasks that run at the same time
     */
    public record Settings(
            Path folder,
            String replica,
            BooleanSupplier open,
            int atOnce,
            InferencePool pool,
            Log log,
            InstantSource clock,
            RandomGenerator random) {}

    private final Settings settings;
    private final Map<String, Work> works;
    private final TaskStore store;
    private final ArrayDeque<String> waiting = new ArrayDeque<>();
    private final Map<String, RequestScope> running = new HashMap<>();
    private final Map<String, Instant> fresh = new HashMap<>();
    private final ScheduledExecutorService clockwork;
    private boolean closed;

    private Tasks(Settings settings, Map<String, Work> works, TaskStore.Bounds bounds) {
        this.settings = settings;
        this.works = Map.copyOf(works);
        this.store = new TaskStore(new TaskFiles(settings.folder()), bounds, settings.clock());
        this.clockwork =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("tasks").daemon().factory());
    }

    /** Takes over what an earlier process on this disk has left, and begins. */
    public static Tasks open(Settings settings, Map<String, Work> works) throws IOException {
        return open(settings, works, TaskStore.Bounds.DEFAULT);
    }

    static Tasks open(Settings settings, Map<String, Work> works, TaskStore.Bounds bounds)
            throws IOException {
        Tasks tasks = new Tasks(settings, works, bounds);
        for (Task task : tasks.store.load()) {
            if (works.containsKey(task.route())) {
                tasks.waiting.add(task.id());
            }
        }
        var unused = tasks.clockwork.scheduleWithFixedDelay(tasks::tick, 0, 1, TimeUnit.SECONDS);
        return tasks;
    }

    private void tick() {
        try {
            store.expire();
            forgetStale();
            dispatch();
        } catch (IOException | RuntimeException e) {
            settings.log().error("tasks could not be looked after", Map.of(), e);
        }
    }

    /**
     * @throws RefusedException where it is not taken
     */
    Task submit(String route, String requestId, Task.Input input, ByteBuf body) throws IOException {
        if (!settings.open().getAsBoolean()) {
            throw RefusedException.unprocessed("the service is stopping");
        }
        Task task =
                new Task(
                        TaskId.fresh(settings.random(), settings.replica()),
                        route,
                        requestId,
                        Task.Status.PENDING,
                        settings.clock().instant(),
                        Optional.empty(),
                        Optional.empty(),
                        input,
                        body.readableBytes(),
                        Optional.empty());
        store.add(task, body);
        synchronized (this) {
            waiting.add(task.id());
        }
        dispatch();
        return task;
    }

    /**
     * @throws RefusedException 404 where there is none of that id at that route
     */
    Task find(String route, String id) {
        return store.find(id)
                .filter(task -> task.route().equals(route))
                .orElseThrow(() -> new RefusedException(404, "there is no such task"));
    }

    byte[] answer(Task task) throws IOException {
        return store.answer(task.id());
    }

    /** Whoever waited for its result has it. */
    synchronized void fetched(Task task) {
        fresh.remove(task.id());
    }

    /** Does the same once more, as a new task. */
    Task again(Task task, String requestId) throws IOException {
        return submit(
                task.route(),
                requestId,
                task.input(),
                Unpooled.wrappedBuffer(store.input(task.id())));
    }

    /** Empty where it had ended. */
    Optional<Task> cancel(Task task) throws IOException {
        Optional<Task> canceled =
                store.change(task.id(), one -> one.canceled(settings.clock().instant()));
        RequestScope scope;
        synchronized (this) {
            waiting.remove(task.id());
            scope = running.get(task.id());
        }
        if (canceled.isPresent() && scope != null) {
            scope.cancel();
        }
        return canceled;
    }

    /** Tasks that have not ended. */
    public int unfinished() {
        return store.unfinished();
    }

    /** What the end of this process should wait for: tasks, and results that were not fetched yet. */
    public synchronized int held() {
        forgetStale();
        return store.unfinished() + fresh.size();
    }

    private synchronized void forgetStale() {
        Instant oldest = settings.clock().instant().minus(LINGER);
        fresh.values().removeIf(ended -> ended.isBefore(oldest));
    }

    private void dispatch() {
        for (Job next = take(); next != null; next = take()) {
            if (!settings.pool().offer(next)) {
                putBack(next);
                return;
            }
        }
    }

    private synchronized @Nullable Job take() {
        if (closed || running.size() >= settings.atOnce()) {
            return null;
        }
        String id = waiting.poll();
        Optional<Task> task = id == null ? Optional.empty() : store.find(id);
        if (task.isEmpty()) {
            return null;
        }
        RequestScope scope =
                new RequestScope(
                        task.get().requestId(), name -> null, LONGEST, settings.clock().instant());
        running.put(task.get().id(), scope);
        return new Run(task.get(), scope);
    }

    private synchronized void putBack(Job job) {
        String id = ((Run) job).task().id();
        running.remove(id);
        waiting.addFirst(id);
    }

    private final class Run implements Job {

        private final Task task;
        private final RequestScope scope;

        Run(Task task, RequestScope scope) {
            this.task = task;
            this.scope = scope;
        }

        Task task() {
            return task;
        }

        @Override
        public RequestScope scope() {
            return scope;
        }

        @Override
        public void run() {
            try {
                Instant now = settings.clock().instant();
                if (store.change(task.id(), one -> one.started(now)).isPresent()) {
                    answer();
                }
            } catch (Throwable e) {
                settings.log().error("a task was lost", Map.of("requestId", task.requestId()), e);
                store.lose(task.id());
            } finally {
                ended();
            }
        }

        private void answer() throws IOException {
            Reply.Whole reply =
                    works.getOrDefault(task.route(), Tasks::unknown)
                            .run(
                                    scope,
                                    task.input().mediaType(),
                                    task.input().query(),
                                    Unpooled.wrappedBuffer(store.input(task.id())));
            try {
                if (keeps(task.id())) {
                    store.answer(task.id(), head(reply), reply.body());
                }
            } finally {
                reply.drop();
            }
        }

        private void ended() {
            synchronized (Tasks.this) {
                running.remove(task.id());
            }
            dispatch();
        }
    }

    /**
     * Whether an answer is kept: what was cut short by the end of this process is to run again in the
     * next. Counts it before the task is known to have ended, so that no look at both misses it.
     */
    private synchronized boolean keeps(String id) {
        boolean wanted = !closed && store.find(id).filter(task -> !task.ended()).isPresent();
        if (wanted) {
            fresh.put(id, settings.clock().instant());
        }
        return wanted;
    }

    private static Reply.Whole unknown(
            RequestScope scope, String mediaType, String query, ByteBuf body) {
        return Reply.text(404, "text/plain", "there is no such route any more");
    }

    private static Task.Answer head(Reply.Whole reply) {
        return new Task.Answer(
                reply.status(),
                reply.mediaType(),
                reply.headers().stream()
                        .filter(header -> header.name().equals("Content-Disposition"))
                        .map(Reply.Header::value)
                        .findFirst()
                        .orElse(""));
    }

    /** Begins no more; what runs is told to stop. What has not ended stays on the disk. */
    @Override
    public void close() {
        clockwork.shutdownNow();
        Map<String, RequestScope> stopping;
        synchronized (this) {
            closed = true;
            stopping = Map.copyOf(running);
        }
        stopping.values().forEach(RequestScope::cancel);
    }
}
