package dev.marmita.runner.batching;

import dev.marmita.runner.batching.PaddingChoice.State;
import java.util.Arrays;

/**
 * Finds out whether runs that are filled up take less time than the runs that they stand for. Where they
 * do not, it rests and tries again. Pure: the time is passed in. Not thread-safe.
 */
final class PaddingTuner {

    private static final double WORTH = 0.95;
    private static final int KEPT = 9;
    private static final long FIRST_REST_NANOS = 3_000_000_000L;
    private static final long LONGEST_REST_NANOS = 600_000_000_000L;

    private final double[] ratios = new double[KEPT];
    private int count;
    private State state = State.MEASURING;
    private double median = 1;
    private long restNanos = FIRST_REST_NANOS;
    private long measureAgainAt;

    /** Whether calls may be filled up at that moment. */
    boolean allows(long now) {
        if (state == State.DOES_NOT_PAY && now - measureAgainAt >= 0) {
            state = State.MEASURING;
            count = 0;
        }
        return state == State.MEASURING || state == State.PAYS;
    }

    /**
     * A run was filled up.
     *
     * @param separate what the runs of their own would have cost, as far as is known
     */
    void ran(long nanos, long separate, long now) {
        if (separate <= 0 || (state != State.MEASURING && state != State.PAYS)) {
            return;
        }
        ratios[count++ % KEPT] = (double) nanos / separate;
        if (count < KEPT) {
            return;
        }
        count = count == 2 * KEPT ? KEPT : count;
        double[] sorted = ratios.clone();
        Arrays.sort(sorted);
        median = sorted[KEPT / 2];
        if (median <= WORTH) {
            state = State.PAYS;
            restNanos = FIRST_REST_NANOS;
        } else {
            state = State.DOES_NOT_PAY;
            measureAgainAt = now + restNanos;
            restNanos = Math.min(LONGEST_REST_NANOS, restNanos * 2);
        }
    }

    /** Never again. */
    void stop(State why) {
        state = why;
    }

    PaddingChoice choice() {
        boolean known = state == State.PAYS || state == State.DOES_NOT_PAY;
        return new PaddingChoice(state, known && median > 0 ? 1 / median : 1);
    }
}
