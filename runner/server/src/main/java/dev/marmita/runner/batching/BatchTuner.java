package dev.marmita.runner.batching;

import dev.marmita.runner.batching.BatchChoice.State;
import dev.marmita.runner.batching.BatchSettings.Mode;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the batch size that makes a row cheapest, by trying sizes on the calls that come: 1 and 2, then 4,
 * 8 … as long as it helps. Tries again from time to time, for loads and neighbours change. Pure: the time is
 * passed in. Not thread-safe.
 */
final class BatchTuner {

    /** What a batch must save to be worth its trouble. */
    private static final double WORTH = 0.95;

    private static final double CLEARLY_WORSE = 1.05;
    private static final double ABOUT_THE_SAME = 1.03;
    private static final int RUNS_BEFORE_GIVING_UP = 40;
    private static final long FIRST_REST_NANOS = 3_000_000_000L;
    private static final long LONGEST_REST_NANOS = 600_000_000_000L;

    private final List<Samples> ladder = new ArrayList<>();
    private State state;
    private int limit;
    private int probe = 1;
    private int runsOfProbe;
    private boolean alone;
    private long restNanos = FIRST_REST_NANOS;
    private long measureAgainAt;

    BatchTuner(BatchSettings settings) {
        for (int size = 1; size < settings.maxCalls(); size *= 2) {
            ladder.add(new Samples(size));
        }
        ladder.add(new Samples(settings.maxCalls()));
        this.state =
                switch (settings.mode()) {
                    case AUTO -> ladder.size() > 1 ? State.MEASURING : State.SWITCHED_OFF;
                    case ON -> State.SWITCHED_ON;
                    case OFF -> State.SWITCHED_OFF;
                };
        this.limit = settings.mode() == Mode.ON ? settings.maxCalls() : 1;
    }

    /** Whether {@link #choice()} says something else to do than that. */
    boolean differsFrom(BatchChoice other) {
        return state != other.state() || limit != other.limit();
    }

    /** The choice as it is now. */
    BatchChoice choice() {
        double alonePerByte = ladder.getFirst().median();
        double chosen = ladder.get(rung(limit)).median();
        boolean known = !Double.isNaN(alonePerByte) && !Double.isNaN(chosen) && chosen > 0;
        return new BatchChoice(state, limit, known ? alonePerByte / chosen : 1);
    }

    /** Calls that the next run may have, at least 1. */
    int limit(long now) {
        if ((state == State.PAYS || state == State.DOES_NOT_PAY) && now - measureAgainAt >= 0) {
            state = State.MEASURING;
            ladder.forEach(Samples::clear);
            probe = 1;
            runsOfProbe = 0;
        }
        if (state != State.MEASURING) {
            return limit;
        }
        // In turns, so that what disturbs one disturbs the other.
        alone = !alone && !ladder.getFirst().full();
        return alone ? 1 : ladder.get(probe).size;
    }

    /** Whether {@link #limit} may be more than 1 at that moment. */
    boolean open(long now) {
        return switch (state) {
            case MEASURING, PAYS, SWITCHED_ON -> true;
            case DOES_NOT_PAY -> now - measureAgainAt >= 0;
            case SWITCHED_OFF, UNSUITABLE, UNSAFE, FAILS -> false;
        };
    }

    /** A run ended well. */
    void ran(int rows, long bytes, long nanos, long now) {
        ladder.get(rung(rows)).add((double) nanos / Math.max(1, bytes));
        if (state != State.MEASURING) {
            return;
        }
        if (rows > 1) {
            runsOfProbe++;
        }
        Samples tried = ladder.get(probe);
        if (ladder.getFirst().full() && tried.full()) {
            boolean more =
                    probe + 1 < ladder.size() && tried.median() <= CLEARLY_WORSE * best().median();
            if (more) {
                probe++;
                runsOfProbe = 0;
            } else {
                settle(now);
            }
        } else if (ladder.getFirst().full() && runsOfProbe >= RUNS_BEFORE_GIVING_UP) {
            settle(now); // so many do not wait at once
        }
    }

    /** Batches change answers, or fail: never again. */
    void distrust(State why) {
        state = why;
        limit = 1;
    }

    /** Expected time of a run; 0 where nothing is known. */
    long nanos(int rows, long bytes) {
        for (int i = rung(rows); i >= 0; i--) {
            double perByte = ladder.get(i).median();
            if (!Double.isNaN(perByte)) {
                return (long) (perByte * bytes);
            }
        }
        return 0;
    }

    private Samples best() {
        double least = Double.MAX_VALUE;
        for (Samples samples : ladder) {
            least = samples.full() ? Math.min(least, samples.median()) : least;
        }
        for (Samples samples : ladder) {
            if (samples.full() && samples.median() <= ABOUT_THE_SAME * least) {
                return samples;
            }
        }
        return ladder.getFirst();
    }

    private void settle(long now) {
        Samples best = best();
        boolean pays = best.median() <= WORTH * ladder.getFirst().median();
        int chosen = pays ? best.size : 1;
        boolean same = chosen == limit;
        restNanos = same ? Math.min(LONGEST_REST_NANOS, restNanos * 2) : FIRST_REST_NANOS;
        limit = chosen;
        state = pays ? State.PAYS : State.DOES_NOT_PAY;
        measureAgainAt = now + restNanos;
    }

    /** Index of the largest size that is not above {@code rows}. */
    private int rung(int rows) {
        int rung = 0;
        while (rung + 1 < ladder.size() && ladder.get(rung + 1).size <= rows) {
            rung++;
        }
        return rung;
    }

    /** The last times per byte of one size. */
    private static final class Samples {
        private static final int KEPT = 9;

        private final int size;
        private final double[] values = new double[KEPT];
        private int count;
        private double median = Double.NaN;

        Samples(int size) {
            this.size = size;
        }

        void add(double value) {
            values[count++ % KEPT] = value;
            median = Double.NaN;
            if (count == 2 * KEPT) {
                count = KEPT;
            }
        }

        boolean full() {
            return count >= KEPT;
        }

        void clear() {
            count = 0;
            median = Double.NaN;
        }

        /** NaN where nothing is known. */
        double median() {
            int known = Math.min(count, KEPT);
            if (Double.isNaN(median) && known > 0) {
                double[] sorted = java.util.Arrays.copyOf(values, known);
                java.util.Arrays.sort(sorted);
                median = sorted[known / 2];
            }
            return median;
        }
    }
}
