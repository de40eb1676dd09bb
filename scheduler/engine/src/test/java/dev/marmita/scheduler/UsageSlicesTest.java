package dev.marmita.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Usage.Cut;
import dev.marmita.scheduler.Usage.Slice;
import dev.marmita.scheduler.UsageStore.Checkpoint;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bills are made from this: it must be exact. */
class UsageSlicesTest {

    private static final TenantId TENANT = new TenantId("slices");
    private static final Instant FROM = Instant.parse("2026-10-30T00:00:00Z");
    private static final Instant TO = Instant.parse("2026-11-02T00:00:00Z");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    private final UsageStore usage = Database.stores().usage();

    UsageSlicesTest() {
        usage.write(
                List.of(
                        span(
                                "a-1",
                                "receipts",
                                "cpu",
                                500,
                                "2026-10-29T23:59:59.5",
                                "2026-10-30T00:00:00.25"),
                        span(
                                "a-2",
                                "receipts",
                                "cpu",
                                2000,
                                "2026-10-31T22:30:00",
                                "2026-11-01T12:00:00.000001"),
                        span(
                                "a-3",
                                "receipts",
                                "gpu",
                                1000,
                                "2026-10-31T10:00:00",
                                "2026-10-31T10:00:01"),
                        span(
                                "b-1",
                                "invoices",
                                "cpu",
                                1000,
                                "2026-11-01T23:00:00",
                                "2026-11-05T00:00:00"),
                        span(
                                "c-1",
                                "outside",
                                "cpu",
                                1000,
                                "2026-10-01T00:00:00",
                                "2026-10-02T00:00:00")));
    }

    private static Checkpoint span(
            String replica, String deployment, String pool, int cpu, String from, String to) {
        return new Checkpoint(
                new EndpointId(TENANT, EndpointId.of("x", deployment).deployment()),
                1,
                "slices-" + replica,
                pool,
                cpu,
                1L << 30,
                Instant.parse(from + "Z"),
                Instant.parse(to + "Z"),
                false);
    }

    @Test
    void cutsTheWholePeriodAtItsEdges() {
        List<Slice> slices = usage.slices(TENANT, FROM, TO, Cut.NONE, ZoneOffset.UTC);

        assertThat(slices)
                .extracting(s -> s.endpoint().deployment() + " " + s.nodePool())
                .containsExactly("invoices cpu", "receipts cpu", "receipts gpu");
        assertThat(slices).allMatch(slice -> slice.start().equals(FROM));
        assertThat(slices.get(0).replicaSeconds()).isEqualByComparingTo("3600");
        assertThat(slices.get(1).replicaSeconds()).isEqualByComparingTo("48600.250001");
        assertThat(slices.get(1).cpuMilliSeconds())
                .isEqualByComparingTo(new BigDecimal("97200125.002"));
        assertThat(slices.get(2).memoryByteSeconds()).isEqualByComparingTo("1073741824");
    }

    @Test
    void cutsAtTheDaysOfAZone() {
        assertThat(starts(usage.slices(TENANT, FROM, TO, Cut.DAY, ZoneOffset.UTC), "receipts cpu"))
                .containsExactly(
                        "2026-10-30T00:00:00Z 0.250000",
                        "2026-10-31T00:00:00Z 5400.000000",
                        "2026-11-01T00:00:00Z 43200.000001");
        assertThat(starts(usage.slices(TENANT, FROM, TO, Cut.DAY, NEW_YORK), "receipts cpu"))
                .as("New York's first of November begins at 4 h UTC and has 25 hours")
                .containsExactly(
                        "2026-10-30T00:00:00Z 0.250000",
                        "2026-10-31T04:00:00Z 19800.000000",
                        "2026-11-01T04:00:00Z 28800.000001");
    }

    private static List<String> starts(List<Slice> slices, String which) {
        return slices.stream()
                .filter(s -> (s.endpoint().deployment() + " " + s.nodePool()).equals(which))
                .map(s -> s.start() + " " + s.replicaSeconds())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void nothingIsLostOrCountedTwiceWhateverTheCut(Cut cut) {
        for (ZoneId zone : List.of(ZoneOffset.UTC, NEW_YORK, ZoneId.of("Asia/Kathmandu"))) {
            List<Slice> slices = usage.slices(TENANT, FROM, TO, cut, zone);
            assertThat(sum(slices, Slice::replicaSeconds)).isEqualByComparingTo("52201.250001");
            assertThat(sum(slices, Slice::cpuMilliSeconds)).isEqualByComparingTo("100801125.002");
        }
    }

    private static BigDecimal sum(List<Slice> slices, Function<Slice, BigDecimal> what) {
        return slices.stream().map(what).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
