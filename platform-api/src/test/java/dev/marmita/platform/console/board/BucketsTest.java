package dev.marmita.platform.console.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BucketsTest {

    private final Timer timer =
            Timer.builder("t")
                    .serviceLevelObjectives(
                            Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1))
                    .register(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));

    @Test
    void quantilesAreOfWhatCameSince() {
        record(50, 5);
        Buckets before = Buckets.of(timer);
        record(9, 50);
        record(1, 500);
        Buckets since = Buckets.of(timer).since(before);
        assertThat(since.total()).isEqualTo(10);
        assertThat(since.quantile(0.5)).isBetween(10.0, 100.0);
        assertThat(since.quantile(0.99)).isBetween(100.0, 1_000.0);
    }

    @Test
    void interpolatesWithinABucket() {
        record(10, 50);
        assertThat(Buckets.of(timer).quantile(0.5)).isCloseTo(55, within(0.1));
    }

    @Test
    void withoutRequestsThereIsNoLatency() {
        assertThat(Buckets.of(timer).quantile(0.5)).isNaN();
    }

    @Test
    void aMeterThatBeganAnewCountsFromNothing() {
        record(3, 50);
        var gone = new Buckets();
        gone.plus(Buckets.of(timer));
        gone.plus(Buckets.of(timer));
        assertThat(Buckets.of(timer).since(gone).total()).isEqualTo(3);
    }

    private void record(int times, long millis) {
        for (int i = 0; i < times; i++) {
            timer.record(Duration.ofMillis(millis));
        }
    }
}
