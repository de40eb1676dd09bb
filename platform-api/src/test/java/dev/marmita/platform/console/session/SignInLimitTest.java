package dev.marmita.platform.console.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SignInLimitTest {

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-11-21T00:00:00Z"));
    private final SignInLimit limit = new SignInLimit(now::get);

    @Test
    void letsAnAddressFailSomeTimesAMinute() {
        fail("10.0.0.1", SignInLimit.FAILURES_PER_ADDRESS - 1);
        assertThat(limit.wait("10.0.0.1")).isEmpty();
        fail("10.0.0.1", 1);
        assertThat(limit.wait("10.0.0.1")).contains(SignInLimit.WINDOW);
        assertThat(limit.wait("10.0.0.2")).as("somebody else").isEmpty();
        now.set(now.get().plus(SignInLimit.WINDOW));
        assertThat(limit.wait("10.0.0.1")).isEmpty();
    }

    @Test
    void boundsFailuresOfAllAddressesTogether() {
        for (int i = 0; i < SignInLimit.FAILURES_OF_ALL; i++) {
            fail("10.0.1." + i, 1);
        }
        assertThat(limit.wait("10.9.9.9")).isPresent();
    }

    @Test
    void memoryIsBounded() {
        fail("first", SignInLimit.FAILURES_PER_ADDRESS);
        for (int i = 0; i < 10_001; i++) {
            now.set(now.get().plusMillis(400)); // below the bound for all together
            fail("address " + i, 1);
        }
        assertThat(limit.wait("first")).isEmpty();
    }

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            limit.failed(address);
        }
    }
}
