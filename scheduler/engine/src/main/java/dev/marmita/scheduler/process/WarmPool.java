package dev.marmita.scheduler.process;

import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runners that are started, warm and idle, and take the first replica that fits. Each is used by one
 * replica and ends with it. What a runner's command line fixes (heap, cores) must be what the replica would
 * have got by a start of its own, so that bounds do not depend on luck: hence runners wait for the sizes of
 * replica that were ordered last. They hear of the platform's end by their standard input, and end too.
 * Thread-safe.
 */
final class WarmPool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WarmPool.class);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Resources USUAL = new Resources(1000, 1L << 30);

    /**
     * How the pool works.
     *
     * @param size runners that wait at most
     * @param rest how long after its opening, or after a replica's start, until a runner is started: those
     *     who wait for an answer come first
     * @param room whether a replica of that size could be started now: else nobody may wait for one
     * @param files changes with the runner's files
     */
    record Settings(
            int size,
            Duration rest,
            Predicate<Resources> room,
            Supplier<Optional<Path>> aot,
            Supplier<String> files) {}

    /** One that waits. */
    record Standby(ReplicaFolder folder, RunnerProcess process, Resources size, String files) {}

    private final Settings settings;
    private final Launcher launcher;
    private final Confinement confinement;
    private final Path replicas;
    private final Deque<Resources> wanted = new ArrayDeque<>();
    private final List<Standby> idle = new ArrayList<>();
    private long notBefore;
    private int failures;
    private boolean closed;
    private @Nullable Thread keeper;

    WarmPool(Settings settings, Launcher launcher, Confinement confinement, Path replicas) {
        this.settings = settings;
        this.launcher = launcher;
        this.confinement = confinement;
        this.replicas = replicas;
        wanted.add(USUAL);
    }

    synchronized void open() {
        if (settings.size() > 0 && !closed) {
            notBefore = System.nanoTime() + settings.rest().toNanos();
            keeper = Thread.ofVirtual().name("warm-pool").start(this::keep);
        }
    }

    /** How many wait now. */
    synchronized int waiting() {
        return idle.size();
    }

    /** A runner for a replica of that size, which nobody else gets any more. */
    synchronized Optional<Standby> claim(Resources size) {
        Resources shape = shape(size);
        wanted.remove(shape);
        wanted.addFirst(shape);
        while (wanted.size() > Math.max(1, settings.size())) {
            wanted.removeLast();
        }
        notBefore = Math.max(notBefore, System.nanoTime() + settings.rest().toNanos());
        for (Standby standby : List.copyOf(idle)) {
            if (fits(standby) && standby.size().equals(shape)) {
                idle.remove(standby);
                return Optional.of(standby);
            }
        }
        return Optional.empty();
    }

    /** What the command line depends on; part of a core is bounded from outside alone. */
    private static Resources shape(Resources size) {
        return new Resources(size.cores() * 1000, size.memoryBytes());
    }

    private boolean fits(Standby standby) {
        return standby.process().alive() && standby.files().equals(settings.files().get());
    }

    private void keep() {
        try {
            while (true) {
                useless().forEach(standby -> end(standby.folder(), standby.process()));
                Optional<Resources> missing = missing();
                if (missing.isPresent()) {
                    add(missing.get());
                }
                Thread.sleep(TICK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Those that nobody can get any more. */
    private synchronized List<Standby> useless() {
        List<Standby> useless = new ArrayList<>();
        for (Standby standby : idle) {
            if (!standby.process().alive()) {
                pauseAfterFailure();
            }
            if (!fits(standby)
                    || !wanted.contains(standby.size())
                    || !settings.room().test(standby.size())) {
                useless.add(standby);
            }
        }
        idle.removeAll(useless);
        return useless;
    }

    /** The size that one should be started for now. */
    private synchronized Optional<Resources> missing() {
        if (closed || System.nanoTime() - notBefore < 0 || idle.size() >= settings.size()) {
            return Optional.empty();
        }
        return wanted.stream()
                .filter(size -> idle.stream().noneMatch(one -> one.size().equals(size)))
                .findFirst()
                .or(() -> Optional.ofNullable(wanted.peekFirst()))
                .filter(settings.room());
    }

    private void add(Resources size) throws InterruptedException {
        byte[] random = new byte[6];
        ThreadLocalRandom.current().nextBytes(random);
        ReplicaFolder folder =
                new ReplicaFolder(replicas.resolve("warm-" + HexFormat.of().formatHex(random)));
        RunnerProcess process = null;
        try {
            String files = settings.files().get();
            process = RunnerProcess.child(launcher.standby(folder, size, settings.aot().get()));
            if (warmed(folder, process) && put(new Standby(folder, process, size, files))) {
                return;
            }
            LOG.warn("a waiting runner did not start: {}", folder.log().tail(3));
        } catch (IOException e) {
            LOG.warn("cannot start a waiting runner: {}", e.toString());
        } catch (InterruptedException e) {
            end(folder, process);
            throw e;
        }
        end(folder, process);
        synchronized (this) {
            pauseAfterFailure();
        }
    }

    private boolean warmed(ReplicaFolder folder, RunnerProcess process)
            throws InterruptedException {
        long end = System.nanoTime() + LONGEST_WARM_UP.toNanos();
        while (process.alive() && System.nanoTime() - end < 0) {
            if (Files.exists(folder.warm())) {
                return true;
            }
            Thread.sleep(TICK.toMillis() / 5);
        }
        return false;
    }

    private synchronized boolean put(Standby standby) {
        if (closed) {
            return false;
        }
        idle.add(standby);
        failures = 0;
        LOG.info("a runner waits for work: {}", standby.folder().name());
        return true;
    }

    private void pauseAfterFailure() {
        failures = Math.min(failures + 1, 10);
        long pause = Math.min(LONGEST_PAUSE.toMillis(), 1000L << failures);
        notBefore =
                System.nanoTime()
                        + Duration.ofMillis(
                                        Math.round(
                                                pause
                                                        * ThreadLocalRandom.current()
                                                                .nextDouble(0.8, 1.2)))
                                .toNanos();
    }

    private void end(ReplicaFolder folder, @Nullable RunnerProcess process) {
        try {
            if (process != null) {
                process.kill();
            }
            confinement.remove(folder.name());
            RunnerProcess.sweep(folder);
            Trees.delete(folder.path());
        } catch (IOException e) {
            LOG.warn("cannot clear away {}: {}", folder.path(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends all that wait. */
    @Override
    public void close() {
        List<Standby> last;
        Thread running;
        synchronized (this) {
            closed = true;
            last = List.copyOf(idle);
            idle.clear();
            running = keeper;
        }
        if (running != null) {
            running.interrupt();
        }
        last.forEach(standby -> end(standby.folder(), standby.process()));
    }
}
