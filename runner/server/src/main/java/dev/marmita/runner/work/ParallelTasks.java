package dev.marmita.runner.work;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Tasks of one request that several threads take one by one. */
final class ParallelTasks {

    private final List<Runnable> tasks = new ArrayList<>();
    private final Optional<RequestScope> scope;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch ended;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    ParallelTasks(Iterable<? extends Runnable> tasks, Optional<RequestScope> scope) {
        tasks.forEach(this.tasks::add);
        this.scope = scope;
        this.ended = new CountDownLatch(this.tasks.size());
    }

    int size() {
        return tasks.size();
    }

    Optional<RequestScope> scope() {
        return scope;
    }

    /** Whether every task has been taken. */
    boolean exhausted() {
        return next.get() >= tasks.size();
    }

    /** Runs tasks until all are taken; throws nothing. */
    void help() {
        for (int i = next.getAndIncrement(); i < tasks.size(); i = next.getAndIncrement()) {
            try {
                tasks.get(i).run();
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            } finally {
                ended.countDown();
            }
        }
    }

    /** Waits for tasks that others took; throws the first failure. */
    void await() {
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        switch (failure.get()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }
}
