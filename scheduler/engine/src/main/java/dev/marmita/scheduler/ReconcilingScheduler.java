package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.compute.BackendReport;
import dev.marmita.scheduler.compute.ComputeBackend;
import dev.marmita.scheduler.compute.ReplicaObservation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signals, timers and the queue around the reconciler. */
final class ReconcilingScheduler implements Scheduler {

    private static final Logger LOG = LoggerFactory.getLogger(ReconcilingScheduler.class);

    private final DeploymentStore store;
    private final ComputeBackend backend;
    private final Reconciler reconciler;
    private final LabelFollower labels;
    private final UsageMeter meter;
    private final Lease lease;
    private final LoopSettings settings;
    private final InstantSource clock;
    private final Map<EndpointId, EndpointMemory> memories = new ConcurrentHashMap<>();
    private final KeyedQueue<EndpointId> queue;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Semaphore labelSignal = new Semaphore(0);
    private final List<Thread> timers = new ArrayList<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean closed;
    private long republishedAt;

    ReconcilingScheduler(
            DeploymentStore store,
            ComputeBackend backend,
            Reconciler reconciler,
            Ports ports,
            UsageMeter meter,
            Lease lease,
            LoopSettings settings,
            Timing timing) {
        this.store = store;
        this.backend = backend;
        this.reconciler = reconciler;
        this.labels = new LabelFollower(store, ports, timing.clock(), this::nudge);
        this.meter = meter;
        this.lease = lease;
        this.settings = settings;
        this.clock = timing.clock();
        this.queue = new KeyedQueue<>("reconcile", settings.workers(), this::work, timing.random());
    }

    @Override
    public void start() {
        if (!started.compareAndSet(false, true)) {
            return;
        }
        backend.open(this::changed);
        timer("lease", settings.leaseTtl().dividedBy(4), this::refreshLease);
        timer("resync", settings.resync(), this::resync);
        timer("usage", settings.checkpoint(), this::checkpoint);
        Thread follower = Thread.ofVirtual().name("scheduler-labels").unstarted(this::followLabels);
        timers.add(follower);
        follower.start();
    }

    private void timer(String name, Duration pause, Runnable task) {
        Thread thread =
                Thread.ofVirtual().name("scheduler-" + name).unstarted(() -> repeat(pause, task));
        timers.add(thread);
        thread.start();
    }

    private void repeat(Duration pause, Runnable task) {
        try {
            while (!closed) {
                guarded(task);
                // Not a sleep that is interrupted: that would break a database connection in use.
                if (stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (LeaseLostException e) {
            lease.lose();
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.warn("the scheduler could not do its round, will try again: {}", e.toString());
                LOG.debug("details", e);
            }
        }
    }

    private void refreshLease() {
        if (lease.refresh()) {
            meter.begin(backend.observe());
            resync();
            labelsMoved();
        }
    }

    /** Finds what no signal told of, and looks at everything once. */
    private void resync() {
        if (!leads()) {
            return;
        }
        boolean republish = System.nanoTime() - republishedAt > settings.republish().toNanos();
        for (DeploymentStore.Key key : store.keys()) {
            EndpointMemory memory = memory(key.endpoint());
            EndpointMemory.Snapshot snapshot = memory.snapshot;
            if (snapshot == null || snapshot.row().generation() != key.generation()) {
                memory.stale = true;
            }
        }
        if (republish) {
            republishedAt = System.nanoTime();
        }
        for (ReplicaObservation replica : backend.observe()) {
            memory(replica.spec().endpoint());
        }
        memories.forEach(
                (endpoint, memory) -> {
                    memory.republish |= republish;
                    queue.add(endpoint);
                });
    }

    private void checkpoint() {
        if (leads()) {
            meter.checkpoint(backend.observe());
        }
    }

    private void followLabels() {
        try {
            while (!closed) {
                guarded(this::followAll);
                labelSignal.tryAcquire(settings.labelPoll().toMillis(), TimeUnit.MILLISECONDS);
                labelSignal.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void followAll() {
        for (DeploymentStore.Key key : store.keys()) {
            OptionalLong epoch = lease.epoch();
            if (closed || epoch.isEmpty()) {
                return;
            }
            guarded(() -> labels.follow(key.endpoint(), epoch.getAsLong()));
        }
    }

    private Duration work(EndpointId endpoint) {
        OptionalLong epoch = lease.epoch();
        if (epoch.isEmpty() || closed) {
            return Duration.ZERO;
        }
        EndpointMemory memory = memory(endpoint);
        try {
            Duration next = reconciler.reconcile(endpoint, memory, epoch.getAsLong());
            if (next.isZero() && !memory.stale) {
                memories.remove(endpoint, memory);
            }
            return next.isZero() && memory.stale ? Duration.ofMillis(1) : next;
        } catch (LeaseLostException e) {
            lease.lose();
            return Duration.ZERO;
        } catch (RuntimeException e) {
            if (closed) {
                return Duration.ZERO;
            }
            throw e;
        }
    }

    private EndpointMemory memory(EndpointId endpoint) {
        return memories.computeIfAbsent(endpoint, _ -> new EndpointMemory());
    }

    private void changed(EndpointId endpoint) {
        queue.add(endpoint);
    }

    @Override
    public void nudge(EndpointId endpoint) {
        memory(endpoint).stale = true;
        queue.add(endpoint);
    }

    @Override
    public void demand(EndpointId endpoint) {
        memory(endpoint).demandAt.set(clock.instant());
        queue.add(endpoint);
    }

    @Override
    public void labelsMoved() {
        labelSignal.release();
    }

    @Override
    public boolean leads() {
        return lease.epoch().isPresent();
    }

    @Override
    public BackendReport report() {
        return backend.report();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        stopped.countDown();
        labelSignal.release();
        queue.close();
        awaitTimers();
        if (started.get()) {
            if (settings.stopReplicasOnClose()) {
                backend.stopAll(settings.stopGrace());
            }
            settle();
        }
        backend.close();
    }

    private void awaitTimers() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        try {
            for (Thread timer : timers) {
                timer.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timers.forEach(Thread::interrupt);
    }

    /** The last words: what the stopped replicas used, and that another may lead. */
    private void settle() {
        try {
            if (lease.epoch().isPresent()) {
                backend.observe().stream()
                        .filter(replica -> !replica.lives())
                        .forEach(meter::ended);
                meter.checkpoint(backend.observe());
            }
            lease.release();
        } catch (RuntimeException e) {
            LOG.warn("could not write the last use of replicas: {}", e.toString());
        }
    }
}
