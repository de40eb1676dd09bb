package dev.marmita.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.routing.TenantId;
import dev.marmita.routing.TenantLimits;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class TenantGateTest {

    private static final long MILLI = 1_000_000;
    private static final long START = Math.subtractExact(Long.MAX_VALUE, 500 * MILLI);

    private static TenantLimits limits(double rate, int burst, int concurrent) {
        return new TenantLimits(new TenantId("acme"), rate, burst, concurrent);
    }

    /** How many of so many that come at that moment are let in, and leave at once. */
    private static int admitted(TenantGate gate, int asked, long at) {
        int in = 0;
        for (int i = 0; i < asked; i++) {
            if (gate.enter(at) == null) {
                in++;
                gate.leave();
            }
        }
        return in;
    }

    @Test
    void letsABurstInAndThenTheSustainedRate() {
        TenantGate gate = new TenantGate(limits(10, 5, 0), START);
        assertThat(admitted(gate, 100, START)).isEqualTo(5);
        assertThat(admitted(gate, 100, START + 99 * MILLI)).isZero();
        assertThat(admitted(gate, 100, START + 100 * MILLI)).isEqualTo(1);
        assertThat(admitted(gate, 100, START + 300 * MILLI)).isEqualTo(2);
        // The clock may wrap around.
        assertThat(admitted(gate, 100, START + 10_000 * MILLI)).isEqualTo(5);
    }

    @Test
    void saysWhichLimitAndWhenToComeBack() {
        TenantGate gate = new TenantGate(limits(0.5, 1, 0), START);
        assertThat(gate.enter(START)).isNull();
        Refusal refusal = Objects.requireNonNull(gate.enter(START + 500 * MILLI));
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.message()).contains("requestsPerSecond is 0.5");
        assertThat(refusal.retryAfterSeconds()).isEqualTo(2);
        assertThat(refusal.rateLimit()).isEqualTo("\"tenant\";r=0;t=2");
        assertThat(refusal.rateLimitPolicy()).isEqualTo("\"tenant\";q=1;w=2");
    }

    @Test
    void countsWhoIsInside() {
        TenantGate gate = new TenantGate(limits(0, 1, 2), START);
        assertThat(gate.enter(START)).isNull();
        assertThat(gate.enter(START)).isNull();
        Refusal refusal = Objects.requireNonNull(gate.enter(START));
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.message()).contains("concurrentRequests is 2");
        gate.leave();
        assertThat(gate.enter(START)).isNull();
        assertThat(gate.inside()).isEqualTo(2);
    }

    @Test
    void whoIsTooFastIsNotInside() {
        TenantGate gate = new TenantGate(limits(1, 1, 10), START);
        for (int i = 0; i < 50; i++) {
            gate.enter(START);
        }
        assertThat(gate.inside()).isEqualTo(1);
    }

    @Test
    void newLimitsHoldFromTheNextRequestOn() {
        TenantGate gate = new TenantGate(limits(1, 1, 0), START);
        assertThat(admitted(gate, 5, START)).isEqualTo(1);
        gate.limits(limits(0, 1, 0));
        assertThat(admitted(gate, 5, START)).isEqualTo(5);
    }
}
