package dev.marmita.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryPolicyTest {

    @ParameterizedTest
    @CsvSource({
        // failure,      method,  key,   replayable, attempts, again
        "NOT_CONNECTED,  POST,    false, true,       1,        true",
        "NOT_CONNECTED,  POST,    false, true,       3,        false",
        "NOT_CONNECTED,  POST,    false, false,      1,        false",
        "UNPROCESSED,    POST,    false, true,       2,        true",
        "UNPROCESSED,    POST,    false, false,      1,        false",
        "BROKEN_OFF,     POST,    false, true,       1,        false",
        "BROKEN_OFF,     PATCH,   false, true,       1,        false",
        "BROKEN_OFF,     POST,    true,  true,       1,        true",
        "BROKEN_OFF,     POST,    true,  false,      1,        false",
        "BROKEN_OFF,     GET,     false, true,       1,        true",
        "BROKEN_OFF,     HEAD,    false, true,       1,        true",
        "BROKEN_OFF,     PUT,     false, true,       1,        true",
        "BROKEN_OFF,     DELETE,  false, true,       1,        true",
        "BROKEN_OFF,     GET,     false, true,       3,        false"
    })
    void decides(
            RetryPolicy.Failure failure,
            String method,
            boolean key,
            boolean replayable,
            int attempts,
            boolean again) {
        assertThat(
                        new RetryPolicy(3)
                                .again(
                                        failure,
                                        HttpMethod.valueOf(method),
                                        key,
                                        replayable,
                                        attempts))
                .isEqualTo(again);
    }
}
