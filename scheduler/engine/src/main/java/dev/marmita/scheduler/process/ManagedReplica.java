package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.Failure.Reason;
import dev.marmita.scheduler.compute.ReplicaObservation;
import dev.marmita.scheduler.compute.ReplicaObservation.State;
import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.compute.StartListener;
import dev.marmita.scheduler.process.ReplicaFolder.Order;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of one replica, on a thread of its own: fetch, launch, probe, stop. */
final class ManagedReplica {

    private static final Logger LOG = LoggerFactory.getLogger(ManagedReplica.class);

    /** Time beyond the drain that a runner gets to end. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private static final Duration ADOPTED_CHECK = Duration.ofMillis(200);
    private static final Duration SLOW_PROBE = Duration.ofMillis(100);
    private static final Duration FAST_PROBES = Duration.ofSeconds(10);

    /** What all replicas of a backend share. */
    record Tools(
            ProcessSettings settings,
            ArtifactFetcher artifacts,
            Launcher launcher,
            AotCache aot,
            Confinement confinement,
            RunnerProbe probe,
            WarmPool warm,
            TenantGraphs graphs,
            StartListener starts) {}

    private final Tools tools;
    private final Order order;
    private final ReplicaSpec spec;
    private final Semaphore wake = new Semaphore(0);
    private final ReplicaState state;
    private final AtomicReference<@Nullable Duration> stopGrace = new AtomicReference<>();
    private final CompletableFuture<Boolean> firstVerdict = new CompletableFuture<>();
    private volatile @Nullable RunnerProcess process;
    private volatile @Nullable Thread thread;

    /** Its own, or that of the waiting runner that it got. */
    private volatile ReplicaFolder folder;

    /** Of a replica that was started here. Only touched by its thread. */
    private @Nullable StartClock clock;

    ManagedReplica(Tools tools, Order order, ReplicaFolder folder, Runnable changed) {
        this.tools = tools;
        this.order = order;
        this.spec = order.spec();
        this.folder = folder;
        this.state = new ReplicaState(spec, order.createdAt(), changed);
    }

    ReplicaObservation seen() {
        return state.seen();
    }

    ReplicaSpec spec() {
        return spec;
    }

    ReplicaFolder folder() {
        return folder;
    }

    /** Starts it. */
    void begin() {
        thread = Thread.ofVirtual().name("replica-" + spec.id()).start(this::run);
    }

    /**
     * Goes on with a process that lives already.
     *
     * @return completed when it is known whether it serves
     */
    CompletableFuture<Boolean> adopt(RunnerProcess living) {
        process = living;
        begin();
        return firstVerdict;
    }

    /** It ended while nobody looked. */
    void lost() {
        end(
                Optional.of(
                        Autopsy.withLog(
                                new Failure(Reason.LOST, "it ended while the platform was down"),
                                folder)));
    }

    void stop(Duration grace) {
        if (stopGrace.compareAndSet(null, grace)) {
            RunnerProcess running = process;
            if (running != null) {
                state.move(State.STOPPING);
                running.terminate();
            }
            wake.release();
        }
    }

    /** Ends the watch, not the runner. */
    void leave() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    boolean awaitEnd(Duration most) throws InterruptedException {
        Thread running = thread;
        return running == null || running.join(most);
    }

    private void end(Optional<Failure> failure) {
        tools.confinement().remove(folder.name());
        RunnerProcess.sweep(folder);
        tools.launcher().forgetSecrets(spec, folder);
        state.ended(failure);
    }

    private void run() {
        try {
            Optional<Failure> failure = lived();
            end(stopGrace.get() == null ? failure : Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("replica {} could not be watched", spec.id(), e);
            killQuietly();
            end(Optional.of(new Failure(Reason.START_FAILED, "the platform could not run it")));
        } finally {
            firstVerdict.complete(false);
        }
    }

    private Optional<Failure> lived() throws InterruptedException {
        try {
            RunnerProcess running = process;
            if (running == null) {
                Optional<Beginning.Begun> begun = new Beginning(tools, order, self()).begin(folder);
                if (begun.isEmpty()) {
                    return Optional.empty();
                }
                clock = begun.get().clock();
                running = begun.get().process();
                process = running;
            }
            running.whenDead(wake::release);
            state.started(folder.claimedAt().orElse(running.startedAt()));
            if (stopGrace.get() != null) {
                // The order came while there was no process to tell.
                running.terminate();
                state.move(State.STOPPING);
            }
            Optional<Failure> given = watch(running);
            return given.isPresent()
                    ? given
                    : Optional.of(
                            new Autopsy(tools.confinement())
                                    .of(folder, spec.work().resources(), running.exitCode()));
        } catch (ReplicaException e) {
            return Optional.of(e.failure());
        } catch (IOException e) {
            return Optional.of(
                    new Failure(
                            Reason.DISK_FULL, "cannot write on this machine: " + e.getMessage()));
        }
    }

    private Beginning.Self self() {
        return new Beginning.Self() {
            @Override
            public boolean stopped() {
                return stopGrace.get() != null;
            }

            @Override
            public void await(Duration most) throws InterruptedException {
                ManagedReplica.this.await(most);
            }

            @Override
            public void wake() {
                wake.release();
            }

            @Override
            public void problem(ReplicaException refused) {
                state.problem(refused.failure());
            }

            @Override
            public void placed(ReplicaFolder place) {
                folder = place;
            }
        };
    }

    /** Until the process is dead; why it was killed, where that was done here. */
    private Optional<Failure> watch(RunnerProcess running) throws InterruptedException {
        long begun = System.nanoTime();
        long lastAnswer = begun;
        long nextProbe = begun;
        boolean known = false;
        while (running.alive()) {
            if (stopGrace.get() != null) {
                shutDown(running);
                return Optional.empty();
            }
            int port = folder.port();
            if (port != 0 && System.nanoTime() - nextProbe >= 0) {
                Optional<RunnerProbe.Answer> answer = probe(port, known);
                if (answer.isPresent()) {
                    lastAnswer = System.nanoTime();
                    if (!known && !answer.get().replica().equals(spec.id())) {
                        running.kill();
                        return Optional.of(
                                new Failure(
                                        Reason.START_FAILED,
                                        "another replica answers at its port"));
                    }
                    if (!known) {
                        known = true;
                        continue;
                    }
                    answered(port, answer.get().status() == 200);
                    answer.get().tasks().ifPresent(state::holds);
                }
                nextProbe = System.nanoTime() + pause(begun, answer.isPresent()).toNanos();
            }
            if (port != 0 && unanswered(lastAnswer)) {
                running.kill();
                return Optional.of(unresponsive());
            }
            await(
                    port == 0
                            ? tools.settings().timing().firstProbe()
                            : untilNext(running, nextProbe));
        }
        return Optional.empty();
    }

    /** The first question is who it is; then whether it is ready. */
    private Optional<RunnerProbe.Answer> probe(int port, boolean known) {
        return tools.probe().get(LaunchFile.HOST, port, known ? "/readyz" : "/livez");
    }

    private boolean unanswered(long lastAnswer) {
        return System.nanoTime() - lastAnswer
                > tools.settings().timing().unresponsiveAfter().toNanos();
    }

    private Failure unresponsive() {
        return Autopsy.withLog(
                new Failure(
                        Reason.UNRESPONSIVE,
                        "it gave no answer for "
                                + tools.settings().timing().unresponsiveAfter().toSeconds()
                                + " seconds"),
                folder);
    }

    private Duration pause(long begun, boolean answers) {
        if (seen().state() == State.READY) {
            return tools.settings().timing().probe();
        }
        boolean early = System.nanoTime() - begun < FAST_PROBES.toNanos();
        return early || !answers ? tools.settings().timing().firstProbe() : SLOW_PROBE;
    }

    /** The death of another's child is not told: it has to be looked for. */
    private static Duration untilNext(RunnerProcess running, long nextProbe) {
        Duration left = Duration.ofNanos(Math.max(1_000_000, nextProbe - System.nanoTime()));
        return running.adopted() && left.compareTo(ADOPTED_CHECK) > 0 ? ADOPTED_CHECK : left;
    }

    private void answered(int port, boolean ready) {
        if (ready && seen().readyAt().isEmpty()) {
            Instant at = folder.readyAt().orElseGet(Instant::now);
            try {
                folder.writeReady(at);
            } catch (IOException e) {
                LOG.warn("cannot note that {} is ready: {}", spec.id(), e.toString());
            }
            state.ready(port, at);
            startedHere();
        } else if (seen().readyAt().isPresent()) {
            state.move(ready ? State.READY : State.UNREADY);
        }
        firstVerdict.complete(ready);
    }

    /** After all who wait for it were told. */
    private void startedHere() {
        StartClock times = clock;
        if (times == null) {
            return;
        }
        times.ready(tools.starts());
        LOG.info("replica {} is ready: {}", spec.id(), times);
        tools.graphs().keep(spec.endpoint().tenant().value(), folder);
    }

    private void shutDown(RunnerProcess running) throws InterruptedException {
        Duration grace = Optional.ofNullable(stopGrace.get()).orElse(Duration.ZERO);
        long end = System.nanoTime() + grace.plus(FAREWELL).toNanos();
        while (running.alive()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                LOG.warn("replica {} did not end in time and is killed", spec.id());
                running.kill();
                return;
            }
            Duration pause = Duration.ofNanos(left);
            await(running.adopted() && pause.compareTo(ADOPTED_CHECK) > 0 ? ADOPTED_CHECK : pause);
        }
    }

    /** Until then, or until something happens. */
    private void await(Duration most) throws InterruptedException {
        if (wake.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
            wake.drainPermits();
        }
    }

    private void killQuietly() {
        RunnerProcess running = process;
        if (running != null) {
            try {
                running.kill();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
