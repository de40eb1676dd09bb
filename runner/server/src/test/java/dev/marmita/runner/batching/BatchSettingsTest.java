package dev.marmita.runner.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchSettingsTest {

    @Test
    void readsADeploymentsEnvironment() {
        BatchSettings settings =
                BatchSettings.of(
                        Map.of(
                                "MARMITA_BATCH",
                                "on",
                                "MARMITA_BATCH_SIZE",
                                "8",
                                "MARMITA_BATCH_DELAY_MICROS",
                                "1500"));

        assertThat(settings.mode()).isEqualTo(BatchSettings.Mode.ON);
        assertThat(settings.maxCalls()).isEqualTo(8);
        assertThat(settings.maxDelay()).isEqualTo(Duration.ofNanos(1_500_000));
        assertThat(BatchSettings.of(Map.of())).isEqualTo(BatchSettings.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "MARMITA_BATCH,yes",
        "MARMITA_BATCH_SIZE,0",
        "MARMITA_BATCH_SIZE,2000",
        "MARMITA_BATCH_DELAY_MICROS,-1",
        "MARMITA_BATCH_DELAY_MICROS,1ms"
    })
    void namesWhatCannotBeUsed(String name, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BatchSettings.of(Map.of(name, value)))
                .withMessageContaining(name)
                .withMessageContaining(value);
    }

    @ParameterizedTest
    @CsvSource({"0,,32", "100,,100", "8,,8", "8,16,8", "8,4,4", "0,4,4"})
    void theSmallerBoundHoldsOfAuthorAndDeployment(
            int author, @Nullable String deployment, int size) {
        Map<String, String> env =
                deployment == null ? Map.of() : Map.of("MARMITA_BATCH_SIZE", deployment);

        assertThat(BatchSettings.ofMethod(env, author, Duration.ZERO).maxCalls()).isEqualTo(size);
    }

    @Test
    void theAuthorsDelayGoesBeforeTheDeployments() {
        Map<String, String> env = Map.of("MARMITA_BATCH_DELAY_MICROS", "500");

        assertThat(BatchSettings.ofMethod(env, 0, Duration.ofMillis(5)).maxDelay())
                .isEqualTo(Duration.ofMillis(5));
        assertThat(BatchSettings.ofMethod(env, 0, Duration.ZERO).maxDelay())
                .isEqualTo(Duration.ofNanos(500_000));
        assertThat(
                        BatchSettings.ofMethod(Map.of("MARMITA_BATCH", "off"), 8, Duration.ZERO)
                                .maxCalls())
                .isEqualTo(1);
    }
}
