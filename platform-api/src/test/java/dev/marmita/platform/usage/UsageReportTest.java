package dev.marmita.platform.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.platform.tenants.Prices;
import dev.marmita.platform.tenants.Prices.Price;
import dev.marmita.platform.usage.UsageReport.Group;
import dev.marmita.platform.usage.UsageReport.Line;
import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.Usage.Slice;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UsageReportTest {

    private static final Prices PRICES =
            new Prices(
                    "BRL",
                    Map.of(
                            "cpu",
                            new Price(null, new BigDecimal("0.30"), new BigDecimal("0.05")),
                            "gpu",
                            new Price(new BigDecimal("4"), null, null)));

    private static Slice slice(String deployment, String pool, String seconds) {
        BigDecimal s = new BigDecimal(seconds);
        return new Slice(
                EndpointId.of("acme", deployment),
                pool,
                Instant.EPOCH,
                s,
                s.multiply(BigDecimal.valueOf(2000)),
                s.multiply(BigDecimal.valueOf(1L << 29)));
    }

    @Test
    void pricesWhatThePlanPrices() {
        UsageReport report = new UsageReport(Set.of(Group.NODE_POOL), Optional.of(PRICES));
        List<Line> lines =
                report.lines(
                        List.of(
                                slice("a", "cpu", "3600"),
                                slice("a", "gpu", "1800"),
                                slice("b", "tpu", "3600")));
        assertThat(lines)
                .extracting(line -> line.nodePool() + " " + line.price())
                .containsExactly("cpu 0.625000", "gpu 2.000000", "tpu 0.000000");
    }

    @Test
    void roundsTheSumAndNotWhatIsSummed() {
        UsageReport report = new UsageReport(Set.of(), Optional.of(PRICES));
        List<Slice> many =
                java.util.stream.IntStream.range(0, 1000)
                        .mapToObj(i -> slice("a", "gpu", "0.000333"))
                        .toList();
        // 0.333 s at 4 an hour; each alone would be rounded away.
        assertThat(report.total(many).price()).isEqualTo(new BigDecimal("0.000370"));
        assertThat(report.lines(many).getFirst().price()).isEqualTo(new BigDecimal("0.000370"));
    }

    @Test
    void hasNoPriceWhereThePlanHasNone() {
        Line total =
                new UsageReport(Set.of(), Optional.empty())
                        .total(List.of(slice("a", "cpu", "1.5")));
        assertThat(total.price()).isNull();
        assertThat(total.cpuSeconds()).isEqualTo(new BigDecimal("3.000000"));
        assertThat(total.memoryGibSeconds()).isEqualTo(new BigDecimal("0.750000"));
    }
}
