package dev.marmita.scheduler.jpa;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Usage.Cut;
import dev.marmita.scheduler.Usage.Slice;
import jakarta.persistence.EntityManager;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Cuts spans at the steps of a calendar, in the database. To be used in a transaction. */
final class UsageSlices {

    private static final String WHOLE =
            "select cast(:from as timestamptz) as lo, cast(:to as timestamptz) as hi";

    /** Steps are walked in local time, so that a day may have 23 or 25 hours. */
    private static final String STEPS =
            """
            select greatest(b at time zone :zone, cast(:from as timestamptz)) as lo,
                least((b + cast(:step as interval)) at time zone :zone, cast(:to as timestamptz)) as hi
            from generate_series(
                date_trunc(:unit, cast(:from as timestamptz) at time zone :zone),
                cast(:to as timestamptz) at time zone :zone,
                cast(:step as interval)) b""";

    private static final String SUMS =
            """
            with step as (%s)
            select deployment, node_pool, cast(extract(epoch from lo) * 1000000 as bigint) as start,
                sum(seconds) as replicas, sum(seconds * cpu_millis) as cpu,
                sum(seconds * memory_bytes) as memory
            from (select deployment, node_pool, cpu_millis, memory_bytes, lo,
                    extract(epoch from least(until, hi) - greatest(started_at, lo)) as seconds
                  from usage_span join step on started_at < hi and until > lo
                  where tenant = :tenant and lo < hi) cut
            group by deployment, node_pool, lo
            order by deployment, node_pool, lo""";

    private UsageSlices() {}

    static List<Slice> read(
            EntityManager entities,
            TenantId tenant,
            Instant from,
            Instant to,
            Cut cut,
            ZoneId zone) {
        var query =
                entities.createNativeQuery(SUMS.formatted(cut == Cut.NONE ? WHOLE : STEPS))
                        .setParameter("tenant", tenant.value())
                        .setParameter("from", from)
                        .setParameter("to", to);
        if (cut != Cut.NONE) {
            String unit = cut.name().toLowerCase(Locale.ROOT);
            query.setParameter("zone", zone.getId())
                    .setParameter("unit", unit)
                    .setParameter("step", "1 " + unit);
        }
        List<?> rows = query.getResultList();
        return rows.stream().map(row -> slice(tenant, (Object[]) row)).toList();
    }

    private static Slice slice(TenantId tenant, Object[] row) {
        return new Slice(
                EndpointId.of(tenant.value(), (String) row[0]),
                (String) row[1],
                Instant.EPOCH.plus(((Number) row[2]).longValue(), ChronoUnit.MICROS),
                (BigDecimal) row[3],
                (BigDecimal) row[4],
                (BigDecimal) row[5]);
    }
}
