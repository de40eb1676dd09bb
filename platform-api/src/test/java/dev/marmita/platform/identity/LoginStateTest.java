package dev.marmita.platform.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class LoginStateTest {

    private Instant now = Instant.parse("2026-11-21T10:00:00Z");
    private final LoginState logins =
            new LoginState(() -> now, RandomGenerator.of("L64X128MixRandom"));

    @Test
    void comesBackOnceInTheSameBrowser() {
        LoginState.Login login = logins.begin(0, "http://x/back", "/console");

        assertThat(logins.end(login.state(), login.browser())).contains(login);
        assertThat(logins.end(login.state(), login.browser())).isEmpty();
    }

    @Test
    void anotherBrowserDoesNotComeBack() {
        LoginState.Login login = logins.begin(0, "http://x/back", "/console");

        assertThat(logins.end(login.state(), "stolen")).isEmpty();
        assertThat(logins.end(login.state(), login.browser())).isEmpty();
    }

    @Test
    void nobodyComesBackLate() {
        LoginState.Login login = logins.begin(0, "http://x/back", "/console");
        now = now.plus(LoginState.LIFETIME);

        assertThat(logins.end(login.state(), login.browser())).isEmpty();
    }

    @Test
    void manyDoNotFillTheMemory() {
        LoginState.Login first = logins.begin(0, "http://x/back", "/console");
        for (int i = 0; i < 1_000; i++) {
            logins.begin(0, "http://x/back", "/console");
        }

        assertThat(logins.end(first.state(), first.browser())).isEmpty();
    }
}
