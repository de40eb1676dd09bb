package dev.marmita.platform.tenants;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a plan asks for use.
 *
 * @param currency ISO 4217, like {@code BRL}
 * @param pools by node pool; a pool that is not here costs nothing
 */
public record Prices(String currency, Map<String, Price> pools) {

    public Prices {
        pools = Map.copyOf(pools);
        if (!currency.matches("[A-Z]{3}")) {
            throw new IllegalArgumentException("the currency must be like BRL");
        }
    }

    /**
     * Per hour; absent: nothing.
     *
     * @param replicaHour of a replica, whatever its size
     * @param cpuHour of a core
     * @param memoryGibHour of a GiB
     */
    public record Price(
            @Nullable BigDecimal replicaHour,
            @Nullable BigDecimal cpuHour,
            @Nullable BigDecimal memoryGibHour) {

        private static final BigDecimal HOUR = BigDecimal.valueOf(3600);

        public Price {
            for (BigDecimal each : new BigDecimal[] {replicaHour, cpuHour, memoryGibHour}) {
                if (each != null && each.signum() < 0) {
                    throw new IllegalArgumentException("prices must not be negative");
                }
            }
        }

        /** Of so many seconds, with 34 digits. */
        public BigDecimal of(BigDecimal replica, BigDecimal cpu, BigDecimal memoryGib) {
            return times(replica, replicaHour)
                    .add(times(cpu, cpuHour))
                    .add(times(memoryGib, memoryGibHour));
        }

        private static BigDecimal times(BigDecimal seconds, @Nullable BigDecimal perHour) {
            return perHour == null
                    ? BigDecimal.ZERO
                    : seconds.multiply(perHour).divide(HOUR, MathContext.DECIMAL128);
        }
    }

    /** What use of a pool costs. */
    public BigDecimal of(String pool, BigDecimal replica, BigDecimal cpu, BigDecimal memoryGib) {
        Price price = pools.get(pool);
        return price == null ? BigDecimal.ZERO : price.of(replica, cpu, memoryGib);
    }
}
