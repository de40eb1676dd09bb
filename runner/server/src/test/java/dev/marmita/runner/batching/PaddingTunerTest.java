package dev.marmita.runner.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.runner.batching.PaddingChoice.State;
import org.junit.jupiter.api.Test;

class PaddingTunerTest {

    private static final long SECOND = 1_000_000_000;

    private final PaddingTuner tuner = new PaddingTuner();

    private void runs(int count, long nanos, long separate, long now) {
        for (int i = 0; i < count; i++) {
            tuner.ran(nanos, separate, now);
        }
    }

    @Test
    void allowsWhatPays() {
        assertThat(tuner.allows(0)).isTrue();
        runs(9, 50, 100, SECOND);

        assertThat(tuner.allows(SECOND)).isTrue();
        assertThat(tuner.choice()).isEqualTo(new PaddingChoice(State.PAYS, 2));
    }

    @Test
    void restsWhereItDoesNotPayAndTriesAgainLaterAndLater() {
        runs(9, 99, 100, SECOND);

        assertThat(tuner.choice().state()).isEqualTo(State.DOES_NOT_PAY);
        assertThat(tuner.allows(3 * SECOND)).isFalse();
        assertThat(tuner.allows(4 * SECOND)).isTrue();
        runs(9, 99, 100, 4 * SECOND);
        assertThat(tuner.allows(9 * SECOND)).isFalse();
        assertThat(tuner.allows(10 * SECOND)).isTrue();
    }

    @Test
    void stopsWhenItNoLongerPays() {
        runs(20, 50, 100, SECOND);
        runs(9, 200, 100, SECOND);

        assertThat(tuner.choice().state()).isEqualTo(State.DOES_NOT_PAY);
    }

    @Test
    void judgesNothingOfWhichTheCostIsNotKnown() {
        runs(20, 50, 0, SECOND);

        assertThat(tuner.choice().state()).isEqualTo(State.MEASURING);
    }

    @Test
    void neverComesBackFromHarm() {
        tuner.stop(State.UNSAFE);
        runs(20, 50, 100, SECOND);

        assertThat(tuner.allows(Long.MAX_VALUE / 2)).isFalse();
        assertThat(tuner.choice().state()).isEqualTo(State.UNSAFE);
    }
}
