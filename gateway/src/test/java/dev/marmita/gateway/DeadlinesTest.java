package dev.marmita.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.gateway.Deadlines.Phase;
import dev.marmita.gateway.GatewaySettings.Timeouts;
import dev.marmita.routing.Route.Limits;
import org.junit.jupiter.api.Test;

/** Limits: requestTimeout 10 s, wakeTimeout 30 s; timeouts as by default. */
final class DeadlinesTest {

    private static final Limits LIMITS = new Limits(1, 1, 1, 10_000, 30_000);
    private static final long START = Long.MAX_VALUE - 20_000_000_000L;

    private final Deadlines deadlines = new Deadlines(LIMITS, Timeouts.DEFAULT, false, at(0));

    private static long at(double seconds) {
        return START + (long) (seconds * 1e9);
    }

    private Integer status(Phase phase, boolean cold, boolean paused, double seconds) {
        Refusal refusal = deadlines.passed(phase, cold, paused, at(seconds));
        return refusal == null ? null : refusal.status();
    }

    @Test
    void aBodyMustKeepMoving() {
        assertThat(status(Phase.READING, false, false, 29)).isNull();
        assertThat(status(Phase.READING, false, false, 31)).isEqualTo(408);
        deadlines.moved(at(29));
        assertThat(status(Phase.READING, false, false, 58)).isNull();
    }

    @Test
    void aBodyThatTricklesEndsToo() {
        deadlines.moved(at(599));
        assertThat(status(Phase.READING, false, false, 600)).isNull();
        assertThat(status(Phase.READING, false, false, 601)).isEqualTo(408);
    }

    @Test
    void anOpenStreamMayBeSilent() {
        Deadlines open = new Deadlines(LIMITS, Timeouts.DEFAULT, true, at(0));
        assertThat(open.passed(Phase.READING, false, false, at(900))).isNull();
        assertThat(open.passed(Phase.ASKING, false, false, at(599))).isNull();
        assertThat(open.passed(Phase.ASKING, false, false, at(601))).isNotNull();
    }

    @Test
    void theAnswersTimeRunsFromTheLastByteOfTheRequest() {
        deadlines.bodyEnded(at(5));
        deadlines.waits(at(5));
        deadlines.granted(false, at(5));
        assertThat(status(Phase.ASKING, false, false, 14.9)).isNull();
        assertThat(status(Phase.ASKING, false, false, 15.1)).isEqualTo(504);
        assertThat(deadlines.answerMillisLeft(at(6))).isEqualTo(9_000);
    }

    @Test
    void waitingForABusyReplicaCounts() {
        deadlines.bodyEnded(at(0));
        deadlines.waits(at(0));
        assertThat(status(Phase.WAITING, false, false, 10.1)).isEqualTo(504);
        deadlines.granted(false, at(8));
        assertThat(status(Phase.ASKING, false, false, 10.1)).isEqualTo(504);
    }

    @Test
    void waitingForAReplicaToAppearHasItsOwnBound() {
        deadlines.bodyEnded(at(0));
        deadlines.waits(at(0));
        assertThat(status(Phase.WAITING, true, false, 29)).isNull();
        assertThat(status(Phase.WAITING, true, false, 30.1)).isEqualTo(503);
        deadlines.granted(true, at(25));
        assertThat(status(Phase.ASKING, false, false, 34.9)).isNull();
        assertThat(status(Phase.ASKING, false, false, 35.1)).isEqualTo(504);
    }

    @Test
    void waitingColdAgainAfterARetryDoesNotStartAnew() {
        deadlines.bodyEnded(at(0));
        deadlines.waits(at(0));
        deadlines.granted(true, at(20));
        deadlines.waits(at(20));
        assertThat(status(Phase.WAITING, true, false, 29)).isNull();
        assertThat(status(Phase.WAITING, true, false, 30.1)).isEqualTo(503);
    }

    @Test
    void aReplicaThatStopsReadingIsNotTheClientsFault() {
        deadlines.waits(at(0));
        deadlines.granted(false, at(0));
        assertThat(status(Phase.ASKING, false, true, 31)).isNull();
        assertThat(status(Phase.ASKING, false, true, 601)).isEqualTo(504);
        assertThat(status(Phase.ASKING, false, false, 31)).isEqualTo(408);
    }

    @Test
    void anAnswerMayLastAsLongAsItMoves() {
        deadlines.moved(at(500));
        assertThat(status(Phase.ANSWERING, false, false, 1_000)).isNull();
        assertThat(status(Phase.ANSWERING, false, false, 1_101)).isEqualTo(504);
    }

    @Test
    void whatIsDoneHasNoBound() {
        assertThat(status(Phase.DONE, false, false, 1e6)).isNull();
    }
}
