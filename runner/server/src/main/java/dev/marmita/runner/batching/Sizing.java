package dev.marmita.runner.batching;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Chooses how many calls share a run, by what runs cost, and tells where the choice changes. Thread-safe. */
final class Sizing {

    /** Runs before the first that is measured: a JVM that has just started is slow. */
    private static final int COLD_RUNS = 50;

    private final BatchSettings settings;
    private final BatchWatch watch;
    private final boolean possible;
    private final Supplier<Stopwatch> stopwatches;
    private final BatchTuner tuner;
    private final AtomicInteger cold = new AtomicInteger(COLD_RUNS);
    private final Object lock = new Object();
    private volatile @Nullable Stopwatch stopwatch;
    private volatile BatchChoice choice;

    /**
     * @param possible false: nothing can ever share a run
     * @param stopwatches asked for one when the first run is measured
     */
    Sizing(
            BatchSettings settings,
            BatchWatch watch,
            boolean possible,
            Supplier<Stopwatch> stopwatches) {
        this.settings = settings;
        this.watch = watch;
        this.possible = possible;
        this.stopwatches = stopwatches;
        this.tuner = new BatchTuner(settings);
        BatchChoice tuned = tuner.choice();
        this.choice =
                possible || tuned.state() == BatchChoice.State.SWITCHED_OFF
                        ? tuned
                        : new BatchChoice(BatchChoice.State.UNSUITABLE, 1, 1);
        if (choice.limit() > 1) {
            watch.chose(choice);
        }
    }

    BatchChoice choice() {
        return choice;
    }

    /** Calls that the next run may have, at least 1. */
    int limit() {
        if (!possible || (stopwatch == null && !warm())) {
            return 1;
        }
        synchronized (lock) {
            return tuner.limit(System.nanoTime());
        }
    }

    /** Whether {@link #limit()} may be more than 1 at the moment. */
    boolean open() {
        synchronized (lock) {
            return possible && tuner.open(System.nanoTime());
        }
    }

    private boolean warm() {
        if (settings.mode() == BatchSettings.Mode.AUTO && cold.getAndDecrement() > 0) {
            return false;
        }
        stopwatch = stopwatches.get();
        return true;
    }

    /** Whether runs are measured by now. */
    boolean measures() {
        return stopwatch != null;
    }

    /** A moment, or work done so far, of which two tell the cost of what lies between. */
    long spent() {
        Stopwatch known = stopwatch;
        return known == null ? System.nanoTime() : known.nanos();
    }

    /** Expected cost of a run; 0 where nothing is known. */
    long nanos(int rows, long bytes) {
        synchronized (lock) {
            return tuner.nanos(rows, bytes);
        }
    }

    /** A run ended well. */
    void ran(int rows, long bytes, long nanos) {
        synchronized (lock) {
            tuner.ran(rows, bytes, nanos, System.nanoTime());
        }
        publish();
    }

    /** What shares a run comes to harm: never again. */
    void distrust(BatchChoice.State why) {
        synchronized (lock) {
            tuner.distrust(why);
        }
        publish();
    }

    private void publish() {
        BatchChoice fresh;
        synchronized (lock) {
            if (!possible || !tuner.differsFrom(choice)) {
                return;
            }
            fresh = tuner.choice();
            choice = fresh;
        }
        watch.chose(fresh);
    }
}
