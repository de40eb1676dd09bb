package dev.marmita.runner.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.runner.inference.ModelStatistics.OfBatchSize;
import dev.marmita.runner.inference.ModelStatistics.Snapshot;
import dev.marmita.runner.inference.ModelStatistics.Total;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ModelStatisticsTest {

    private final Statistics statistics =
            new Statistics(InstantSource.fixed(Instant.ofEpochMilli(1_234)));
    private final ModelStatistics model = statistics.of("m", "1");

    @Test
    void countsABatchAsOneExecutionOfManyInferences() {
        model.executed(3, 8, 10, 100, 5);
        model.executed(1, 2, 1, 20, 2);

        Snapshot now = model.snapshot();

        assertThat(now.inferences()).isEqualTo(10);
        assertThat(now.executions()).isEqualTo(2);
        assertThat(now.infer()).isEqualTo(new Total(4, 320));
        assertThat(now.lastInference()).isEqualTo(1_234);
        assertThat(now.batches())
                .containsExactly(
                        new OfBatchSize(2, new Total(1, 1), new Total(1, 20), new Total(1, 2)),
                        new OfBatchSize(8, new Total(1, 10), new Total(1, 100), new Total(1, 5)));
    }

    @Test
    void addsTheWaitForABatchToTheWaitForAThread() {
        model.waited(40);
        model.succeeded(200, 10, 7, 3);
        model.failed(50);

        Snapshot now = model.snapshot();

        assertThat(now.success()).isEqualTo(new Total(1, 200));
        assertThat(now.fail()).isEqualTo(new Total(1, 50));
        assertThat(now.queue()).isEqualTo(new Total(1, 50));
        assertThat(now.input()).isEqualTo(new Total(1, 7));
        assertThat(now.output()).isEqualTo(new Total(1, 3));
    }

    @Test
    void keepsABoundedNumberOfBatchSizes() {
        IntStream.rangeClosed(1, 2_000).forEach(rows -> model.executed(1, rows, 0, 1, 0));

        assertThat(model.snapshot().batches()).hasSize(512);
        assertThat(model.snapshot().executions()).isEqualTo(2_000);
    }

    @Test
    void isTheSameForTheSameVersionOnly() {
        assertThat(statistics.of("m", "1")).isSameAs(model);
        assertThat(statistics.of("m", "2")).isNotSameAs(model);
    }
}
