package dev.marmita.scheduler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on keys: each by one worker at a time, additions of a key that waits already are one, one that is
 * added while it is worked on is worked on again. A failure is tried again after a growing pause with
 * jitter. Holds each key once, so it is as large as there are keys. Thread-safe.
 */
final class KeyedQueue<K> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeyedQueue.class);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    /** What is done for a key. */
    interface Work<K> {
        /**
         * @return when to do it again though nobody asked; zero: not at all
         */
        Duration work(K key) throws Exception;
    }

    private record Timer<K>(K key, long atNanos) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final LinkedHashSet<K> ready = new LinkedHashSet<>();
    private final Set<K> running = new HashSet<>();
    private final Set<K> again = new HashSet<>();
    private final Map<K, Timer<K>> timers = new HashMap<>();
    private final PriorityQueue<Timer<K>> timeline =
            new PriorityQueue<>((a, b) -> Long.signum(a.atNanos() - b.atNanos()));
    private final Map<K, Integer> failures = new HashMap<>();
    private final List<Thread> workers = new ArrayList<>();
    private final Work<K> work;
    private final RandomGenerator random;
    private boolean closed;

    KeyedQueue(String name, int workers, Work<K> work, RandomGenerator random) {
        this.work = work;
        this.random = random;
        for (int i = 0; i < workers; i++) {
            this.workers.add(Thread.ofVirtual().name(name + "-" + i).unstarted(this::run));
        }
        this.workers.forEach(Thread::start);
    }

    /** As soon as a worker is free. */
    void add(K key) {
        lock.lock();
        try {
            if (running.contains(key)) {
                again.add(key);
            } else if (failures.containsKey(key) && timers.containsKey(key)) {
                // It fails: the pause counts for everyone who asks.
                return;
            } else if (ready.add(key)) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the workers; what they are at is finished or interrupted after {@code 5 s}. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        try {
            for (Thread worker : workers) {
                worker.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workers.forEach(Thread::interrupt);
    }

    private void run() {
        try {
            for (K key = take(); key != null; key = take()) {
                done(key, worked(key));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Duration worked(K key) throws InterruptedException {
        try {
            return work.work(key);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warn("{} failed, will be tried again", key, e);
            return null;
        }
    }

    private @Nullable K take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                long wait = fire();
                if (!ready.isEmpty()) {
                    K key = ready.removeFirst();
                    running.add(key);
                    Timer<K> timer = timers.remove(key);
                    if (timer != null) {
                        timeline.remove(timer);
                    }
                    return key;
                }
                if (wait < 0) {
                    changed.await();
                } else {
                    changed.awaitNanos(wait);
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Moves due timers over; returns the time to the next one, below 0 where there is none. */
    private long fire() {
        long now = System.nanoTime();
        for (Timer<K> next = timeline.peek(); next != null; next = timeline.peek()) {
            if (next.atNanos() - now > 0) {
                return next.atNanos() - now;
            }
            timeline.poll();
            timers.remove(next.key());
            if (!running.contains(next.key()) && ready.add(next.key())) {
                changed.signal();
            }
        }
        return -1;
    }

    private void done(K key, @Nullable Duration next) {
        lock.lock();
        try {
            running.remove(key);
            long pause;
            if (next == null) {
                int count = failures.merge(key, 1, Integer::sum);
                long longest =
                        Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(count, 16));
                pause = Math.round(longest * (0.5 + 0.5 * random.nextDouble()));
                again.remove(key);
            } else {
                failures.remove(key);
                pause = next.toMillis();
            }
            if (again.remove(key)) {
                ready.add(key);
            } else if (next == null || !next.isZero()) {
                Timer<K> timer =
                        new Timer<>(
                                key,
                                System.nanoTime()
                                        + TimeUnit.MILLISECONDS.toNanos(Math.max(1, pause)));
                timers.put(key, timer);
                timeline.add(timer);
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
