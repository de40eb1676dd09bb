package dev.marmita.platform.usage;

import dev.marmita.platform.tenants.Prices;
import dev.marmita.scheduler.Usage.Slice;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds slices of use up, by what was asked for. Exact: only results are rounded, half to even. */
final class UsageReport {

    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);
    private static final int SCALE = 6;

    /** By what use is added up. */
    enum Group {
        DEPLOYMENT,
        NODE_POOL,
        TIME
    }

    /**
     * One line.
     *
     * @param deployment null where it is not grouped by; so are pool and start
     * @param price with six digits after the point; null where the plan has no prices
     */
    record Line(
            @Nullable String deployment,
            @Nullable String nodePool,
            @Nullable Instant start,
            BigDecimal replicaSeconds,
            BigDecimal cpuSeconds,
            BigDecimal memoryGibSeconds,
            @Nullable BigDecimal price) {}

    private record Key(String deployment, String nodePool, Instant start)
            implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byStart = start.compareTo(other.start);
            int byDeployment = byStart == 0 ? deployment.compareTo(other.deployment) : byStart;
            return byDeployment == 0 ? nodePool.compareTo(other.nodePool) : byDeployment;
        }
    }

    private static final class Sum {
        private BigDecimal replica = BigDecimal.ZERO;
        private BigDecimal cpu = BigDecimal.ZERO;
        private BigDecimal memory = BigDecimal.ZERO;
        private BigDecimal price = BigDecimal.ZERO;

        void add(Slice slice, Optional<Prices> prices) {
            BigDecimal cores = slice.cpuMilliSeconds().divide(THOUSAND);
            // A power of two divides without a remainder.
            BigDecimal gib = slice.memoryByteSeconds().divide(GIB);
            replica = replica.add(slice.replicaSeconds());
            cpu = cpu.add(cores);
            memory = memory.add(gib);
            price =
                    price.add(
                            prices.map(
                                            of ->
                                                    of.of(
                                                            slice.nodePool(),
                                                            slice.replicaSeconds(),
                                                            cores,
                                                            gib))
                                    .orElse(BigDecimal.ZERO));
        }
    }

    private final Set<Group> groups;
    private final Optional<Prices> prices;

    UsageReport(Set<Group> groups, Optional<Prices> prices) {
        this.groups = Set.copyOf(groups);
        this.prices = prices;
    }

    /** By start, deployment and pool. */
    List<Line> lines(List<Slice> slices) {
        Map<Key, Sum> sums = new TreeMap<>();
        for (Slice slice : slices) {
            Key key =
                    new Key(
                            groups.contains(Group.DEPLOYMENT)
                                    ? slice.endpoint().deployment().value()
                                    : "",
                            groups.contains(Group.NODE_POOL) ? slice.nodePool() : "",
                            groups.contains(Group.TIME) ? slice.start() : Instant.EPOCH);
            sums.computeIfAbsent(key, _ -> new Sum()).add(slice, prices);
        }
        List<Line> lines = new ArrayList<>();
        sums.forEach((key, sum) -> lines.add(line(key, sum)));
        return lines;
    }

    /** Of everything; rounded once, so it may differ from the sum of rounded lines in the last digit. */
    Line total(List<Slice> slices) {
        Sum sum = new Sum();
        slices.forEach(slice -> sum.add(slice, prices));
        return line(null, null, null, sum);
    }

    private Line line(Key key, Sum sum) {
        return line(
                groups.contains(Group.DEPLOYMENT) ? key.deployment() : null,
                groups.contains(Group.NODE_POOL) ? key.nodePool() : null,
                groups.contains(Group.TIME) ? key.start() : null,
                sum);
    }

    private Line line(
            @Nullable String deployment,
            @Nullable String nodePool,
            @Nullable Instant start,
            Sum sum) {
        return new Line(
                deployment,
                nodePool,
                start,
                rounded(sum.replica),
                rounded(sum.cpu),
                rounded(sum.memory),
                prices.isPresent() ? rounded(sum.price) : null);
    }

    private static BigDecimal rounded(BigDecimal value) {
        return value.setScale(SCALE, RoundingMode.HALF_EVEN);
    }
}
