package dev.marmita.runner.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.runner.batching.BatchChoice.State;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class BatchTunerTest {

    private static final long ROW_BYTES = 400;
    private static final long SECOND = 1_000_000_000L;

    private final BatchTuner tuner =
            new BatchTuner(new BatchSettings(BatchSettings.Mode.AUTO, 32, 1 << 20, Duration.ZERO));
    private long now;

    /** Calls come, so many wait at once, until the tuner has settled. */
    private void serve(int waiting, int runs, IntToLongFunction nanosOfRows) {
        for (int i = 0; i < runs; i++) {
            int rows = Math.min(waiting, tuner.limit(now));
            long nanos = nanosOfRows.applyAsLong(rows);
            now += nanos;
            tuner.ran(rows, rows * ROW_BYTES, nanos, now);
        }
    }

    @Test
    void batchesAsManyAsMakeARowCheaper() {
        serve(64, 200, rows -> 100_000 + 2_000L * Math.max(rows, 2 * rows - 16));

        assertThat(tuner.choice().state()).isEqualTo(State.PAYS);
        assertThat(tuner.choice().limit()).isBetween(16, 32);
        assertThat(tuner.choice().gain()).isGreaterThan(5);
    }

    @Test
    void leavesAModelAloneWhoseRowsCostTheSame() {
        serve(64, 200, rows -> 1_000_000L * rows);

        assertThat(tuner.choice().state()).isEqualTo(State.DOES_NOT_PAY);
        assertThat(tuner.limit(now)).isEqualTo(1);
    }

    @Test
    void leavesAModelAloneWhoseBatchesAreDearer() {
        serve(64, 200, rows -> rows == 1 ? 1_000_000L : 1_300_000L * rows);

        assertThat(tuner.choice().state()).isEqualTo(State.DOES_NOT_PAY);
    }

    @Test
    void measuresNothingWhereNobodyWaits() {
        serve(1, 500, rows -> 100_000);

        assertThat(tuner.choice().state()).isEqualTo(State.MEASURING);
    }

    @Test
    void settlesOnWhatTheLoadAllows() {
        serve(5, 300, rows -> 100_000 + 1_000L * rows);

        assertThat(tuner.choice().state()).isEqualTo(State.PAYS);
        assertThat(tuner.choice().limit()).isEqualTo(4);
    }

    @Test
    void isNotFooledByAFewSlowRuns() {
        int[] run = {0};
        serve(64, 300, rows -> (run[0]++ % 5 == 0 ? 20 : 1) * (100_000 + 2_000L * rows));

        assertThat(tuner.choice().state()).isEqualTo(State.PAYS);
    }

    @Test
    void measuresAgainAfterAWhileAndChangesItsMind() {
        serve(64, 200, rows -> 1_000_000L * rows);
        now += 3_600 * SECOND;
        serve(64, 200, rows -> 1_000_000L + 10_000L * rows);

        assertThat(tuner.choice().state()).isEqualTo(State.PAYS);
    }

    @Test
    void neverTriesAgainWhatChangedAnAnswer() {
        tuner.distrust(State.UNSAFE);
        now += 3_600 * SECOND;
        serve(64, 200, rows -> 1_000_000L + 10_000L * rows);

        assertThat(tuner.choice().state()).isEqualTo(State.UNSAFE);
        assertThat(tuner.limit(now)).isEqualTo(1);
    }

    @Test
    void expectsWhatItHasMeasured() {
        serve(64, 200, rows -> 100_000 + 1_000L * rows);

        assertThat(tuner.nanos(1, ROW_BYTES)).isEqualTo(101_000);
        assertThat(tuner.nanos(32, 32 * ROW_BYTES)).isEqualTo(132_000);
    }

    @Test
    void doesWhatTheDeploymentSays() {
        BatchTuner off = new BatchTuner(BatchSettings.of(Map.of("MARMITA_BATCH", "off")));
        BatchTuner on =
                new BatchTuner(
                        BatchSettings.of(Map.of("MARMITA_BATCH", "on", "MARMITA_BATCH_SIZE", "6")));

        assertThat(off.limit(0)).isEqualTo(1);
        assertThat(on.limit(0)).isEqualTo(6);
    }
}
