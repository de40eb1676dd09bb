package dev.marmita.runner.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads that run requests, at most {@code concurrency} at the same time, and help each other's
 * parallel parts when they are free. A native call would pin a virtual thread's carrier.
 */
public final class InferencePool implements AutoCloseable {

    private final CurrentRequest current;
    private final int concurrency;
    private final int capacity;
    private final ClassLoader classes;
    private final List<Thread> threads = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition arrival = lock.newCondition();
    private final JobQueue queue = new JobQueue(System.nanoTime());
    private final int size;
    private final ArrayDeque<ParallelTasks> parallel = new ArrayDeque<>();
    private int running;
    private int grouped;
    private int gathering;
    private boolean closed;

    /**
     * Starts the threads.
     *
     * @param size cores; there are as many threads, or {@code concurrency} where that is more
     * @param concurrency requests that run at the same time
     * @param capacity requests that may wait
     * @param classes context class loader of the threads
     */
    public InferencePool(
            CurrentRequest current, int size, int concurrency, int capacity, ClassLoader classes) {
        this.current = current;
        this.size = size;
        this.concurrency = concurrency;
        this.capacity = capacity;
        this.classes = classes;
        for (int i = 0; i < Math.max(size, concurrency); i++) {
            Thread thread =
                    Thread.ofPlatform().name("inference-" + i).daemon().unstarted(this::loop);
            thread.setContextClassLoader(classes);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    /**
     * A thread beside these, not yet started, that works for a request; it must itself see to it that it
     * computes only while one of these stands still.
     */
    public Thread beside(String name, RequestScope scope, Runnable action) {
        Thread thread =
                Thread.ofPlatform().name(name).daemon().unstarted(() -> current.run(scope, action));
        thread.setContextClassLoader(classes);
        return thread;
    }

    /** Takes a job, or refuses it where the queue is full or the pool is closed. */
    public boolean offer(Job job) {
        lock.lock();
        try {
            if (closed || queue.size() >= capacity) {
                return false;
            }
            queue.add(job, System.nanoTime());
            if (running < concurrency) {
                work.signal();
            }
            if (gathering > 0) {
                arrival.signalAll();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes further jobs of the group of the one that the calling thread runs, to do them with it. Leaves
     * their share to threads that are free.
     *
     * @param patience how long to wait for as many as wanted
     */
    public List<Job> more(Object group, int most, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        lock.lock();
        try {
            gathering++;
            long left = patience.toNanos();
            while (left > 0 && queue.count(group) < most && !closed) {
                arrival.awaitNanos(left);
                left = end - System.nanoTime();
            }
            return share(group, most);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        } finally {
            gathering--;
            lock.unlock();
        }
    }

    private List<Job> share(Object group, int most) {
        if (queue.isEmpty()) {
            return List.of();
        }
        int free = Math.max(0, Math.min(concurrency - running, size - grouped));
        int all = queue.count(group) + 1;
        int share = Math.ceilDiv(all, free + 1) - 1;
        return queue.take(group, Math.min(most, share));
    }

    /** Jobs that wait. */
    public int queued() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** Jobs that run. */
    public int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs tasks beside each other, on the calling thread and on those that are free, for the request of
     * the calling thread; returns when all have ended.
     *
     * @throws RuntimeException the first failure of a task
     */
    public void parallel(Iterable<? extends Runnable> tasks) {
        ParallelTasks batch = new ParallelTasks(tasks, current.get());
        if (batch.size() > 1) {
            lock.lock();
            try {
                parallel.add(batch);
                for (int i = 1; i < Math.min(batch.size(), threads.size()); i++) {
                    work.signal();
                }
            } finally {
                lock.unlock();
            }
        }
        batch.help();
        lock.lock();
        try {
            parallel.remove(batch);
        } finally {
            lock.unlock();
        }
        batch.await();
    }

    private void loop() {
        while (true) {
            Runnable next = take();
            if (next == null) {
                return;
            }
            try {
                next.run();
            } catch (Throwable e) {
                // A job answers for itself; what it throws after that must not cost the pool a
                // thread.
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }
    }

    private @Nullable Runnable take() {
        lock.lock();
        try {
            while (true) {
                ParallelTasks batch = parallel.peek();
                if (batch != null && batch.exhausted()) {
                    parallel.remove();
                    continue;
                }
                if (batch != null) {
                    wakeAnother();
                    return () -> help(batch);
                }
                Job job = next();
                if (job != null) {
                    wakeAnother();
                    return () -> run(job);
                }
                if (closed) {
                    return null;
                }
                work.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Job next() {
        if (running >= concurrency) {
            return null;
        }
        Job job = queue.poll(grouped < size).orElse(null);
        if (job != null) {
            running++;
            grouped += job.group().isPresent() ? 1 : 0;
        }
        return job;
    }

    /** A thread that was woken for one thing may take another: the first still needs somebody. */
    private void wakeAnother() {
        if (!queue.isEmpty() && running < concurrency) {
            work.signal();
        }
    }

    private void help(ParallelTasks batch) {
        Optional<RequestScope> scope = batch.scope();
        if (scope.isPresent()) {
            current.run(scope.get(), batch::help);
        } else {
            batch.help();
        }
    }

    private void run(Job job) {
        try {
            current.run(job.scope(), job::run);
        } finally {
            lock.lock();
            try {
                running--;
                grouped -= job.group().isPresent() ? 1 : 0;
                if (!queue.isEmpty()) {
                    work.signal();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Runs what was taken to its end, then ends the threads; waits for them only so long. */
    public boolean close(Duration patience) {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
        long end = System.nanoTime() + patience.toNanos();
        try {
            for (Thread thread : threads) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                thread.join(Math.max(1, left));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return threads.stream().noneMatch(Thread::isAlive);
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }
}
