package dev.marmita.runner.batching;

import dev.marmita.runner.batching.BatchPlanner.Candidate;
import dev.marmita.service.ModelResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings the calls of one model to it, several in one run where that pays. Nobody waits for a batch to
 * fill: what has gathered while the model was busy is the batch. Thread-safe.
 */
public final class Batcher {

    private final BatchRuns runs;
    private final BatchOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    private final List<Waiter> led = new ArrayList<>();
    private int active;

    public Batcher(Engine engine, BatchOptions options) {
        this.runs = new BatchRuns(engine, options);
        this.options = options;
    }

    /** What is done with the model's calls at the moment. */
    public BatchChoice choice() {
        return runs.choice();
    }

    /**
     * Calls of different lengths may share a run from now on, where that pays.
     *
     * @throws IllegalArgumentException saying why the padding does not fit the model
     */
    public void pad(Padding padding) {
        runs.pad(padding);
    }

    /** Calls that are worth bringing to {@link #runAll} together, at least 1. */
    public int room() {
        return runs.limit();
    }

    /** How long a run may wait for as many. */
    public Duration patience() {
        return options.settings().maxDelay();
    }

    /**
     * Runs calls on the calling thread; afterwards each has its own outcome. A call whose caller has gone
     * is not run; one that fails takes no other with it.
     */
    public void runAll(List<BatchCall> calls) {
        enter();
        try {
            if (calls.size() == 1) {
                runs.run(calls);
            } else {
                for (List<Integer> run : plan(calls, calls.size())) {
                    runs.run(run.stream().map(calls::get).toList());
                }
            }
        } finally {
            leave();
            for (BatchCall call : calls) {
                if (!call.over()) {
                    call.fail(late());
                }
            }
        }
    }

    /**
     * Runs a call, on the calling thread or together with others on one of theirs.
     *
     * @throws CancellationException where its caller has gone before it was run
     */
    public ModelResult run(BatchCall call) {
        List<BatchCall> mine = turn(call);
        if (!mine.isEmpty()) {
            try {
                runs.run(mine);
            } finally {
                leave();
                wake(mine);
            }
        }
        if (!call.over()) {
            throw late();
        }
        return call.result();
    }

    private static CancellationException late() {
        return new CancellationException("nobody waits for this call any more");
    }

    private final class Waiter {
        private final BatchCall call;
        private final Condition changed = lock.newCondition();
        private List<BatchCall> leads = List.of();
        private boolean done;

        Waiter(BatchCall call) {
            this.call = call;
        }

        void signal() {
            lock.lock();
            try {
                changed.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Calls that wait for their turn. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private void enter() {
        lock.lock();
        try {
            active++;
        } finally {
            lock.unlock();
        }
    }

    /** The calls that the calling thread now has to run; empty where another has run this one. */
    private List<BatchCall> turn(BatchCall call) {
        Waiter waiter;
        lock.lock();
        try {
            if (active < options.permits() && waiting.isEmpty()) {
                active++;
                return List.of(call);
            }
            waiter = new Waiter(call);
            waiting.add(waiter);
        } finally {
            lock.unlock();
        }
        Runnable wake = waiter::signal;
        call.scope().ifPresent(scope -> scope.onCancel(wake));
        long since = System.nanoTime();
        try {
            return await(waiter);
        } finally {
            call.scope().ifPresent(scope -> scope.forget(wake));
            options.watch().waited(System.nanoTime() - since);
        }
    }

    /** An interrupted thread waits on: whoever runs its call reads its memory. */
    private List<BatchCall> await(Waiter waiter) {
        boolean interrupted = false;
        lock.lock();
        try {
            while (!waiter.done && waiter.leads.isEmpty()) {
                if (waiter.call.gone() && waiting.remove(waiter)) {
                    return List.of();
                }
                try {
                    waiter.changed.awaitNanos(patience(waiter.call));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return waiter.leads;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static long patience(BatchCall call) {
        long left =
                call.scope()
                        .map(scope -> scope.deadlineNanos() - System.nanoTime())
                        .orElse(TimeUnit.SECONDS.toNanos(60));
        return Math.max(left, 1_000_000);
    }

    /** Gives the place to those who wait. */
    private void leave() {
        lock.lock();
        try {
            active--;
            if (active < options.permits() && !waiting.isEmpty()) {
                promote();
            }
        } finally {
            lock.unlock();
        }
    }

    private void promote() {
        List<Waiter> all = List.copyOf(waiting);
        List<BatchCall> calls = all.stream().map(waiter -> waiter.call).toList();
        List<List<Integer>> plan = plan(calls, runs.limit());
        if (plan.isEmpty()) {
            all.forEach(
                    waiter -> waiter.changed.signal()); // all have gone, and leave by themselves
            return;
        }
        List<Waiter> next = plan.getFirst().stream().map(all::get).toList();
        waiting.removeAll(next);
        led.addAll(next.subList(1, next.size()));
        active++;
        Waiter leader = next.getFirst();
        leader.leads = next.stream().map(waiter -> waiter.call).toList();
        leader.changed.signal();
    }

    /** Tells those whose calls have been run by another thread. */
    private void wake(List<BatchCall> calls) {
        if (calls.size() == 1) {
            return;
        }
        lock.lock();
        try {
            led.removeIf(
                    waiter -> {
                        boolean ran = calls.contains(waiter.call);
                        if (ran) {
                            waiter.done = true;
                            waiter.changed.signal();
                        }
                        return ran;
                    });
        } finally {
            lock.unlock();
        }
    }

    private List<List<Integer>> plan(List<BatchCall> calls, int limit) {
        long now = System.nanoTime();
        List<Candidate> candidates = new ArrayList<>(calls.size());
        for (BatchCall call : calls) {
            candidates.add(runs.candidate(call));
        }
        return new BatchPlanner(limit, options.settings().maxBytes(), runs::nanos, runs.fill(now))
                .plan(candidates, now);
    }
}
