package dev.marmita.platform.console.board;

import dev.marmita.platform.postgres.PostgresPool;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * The last hour in memory, one point every ten seconds: requests, errors and latency as this process's gateway counts
 * them, replicas as the scheduler sees them; of everything, of each tenant, of each endpoint that is in use. A
 * restart begins anew; whoever wants more asks {@code /actuator/prometheus}.
 */
@Component
public final class History {

    /** Of everything. */
    public static final String ALL = "";

    static final int MOST_SERIES = 1_000;
    private static final int SECONDS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(History.class);

    private final MeterRegistry meters;
    private final PostgresPool pool;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Series> series = new HashMap<>();
    private Map<String, Sample> before = Map.of();
    private long beforeAt;

    History(MeterRegistry meters, PostgresPool pool, InstantSource clock) {
        this.meters = meters;
        this.pool = pool;
        this.clock = clock;
    }

    private static final class Sample {
        private final Buckets latency = new Buckets();
        private double errors;
        private int replicas;
    }

    /**
     * Columns of a plot; a null is a gap.
     *
     * @param at seconds since the epoch
     */
    public record Plot(
            List<Long> at,
            List<Double> requests,
            List<Double> errors,
            List<@Nullable Double> p50,
            List<@Nullable Double> p95,
            List<@Nullable Double> p99,
            List<Integer> replicas) {}

    /**
     * @param key {@link #ALL}, a tenant, or {@code tenant/deployment}
     */
    public Plot plot(String key) {
        List<Series.Point> points;
        lock.lock();
        try {
            Series found = series.get(key);
            points = found == null ? List.of() : found.points();
        } finally {
            lock.unlock();
        }
        return new Plot(
                points.stream().map(Series.Point::at).toList(),
                points.stream().map(Series.Point::requests).toList(),
                points.stream().map(Series.Point::errors).toList(),
                column(points.stream().map(Series.Point::p50).toList()),
                column(points.stream().map(Series.Point::p95).toList()),
                column(points.stream().map(Series.Point::p99).toList()),
                points.stream().map(Series.Point::replicas).toList());
    }

    @Scheduled(fixedRate = SECONDS * 1_000, initialDelay = 3_000)
    void sample() {
        Map<String, Sample> now = new HashMap<>();
        now.put(ALL, new Sample());
        meters.find("marmita.gateway.request.duration").timers().forEach(timer -> add(now, timer));
        meters.find("marmita.gateway.requests")
                .tag("status", "5xx")
                .counters()
                .forEach(counter -> add(now, counter));
        try {
            replicas(now);
        } catch (DataAccessException | TransactionException gone) {
            LOG.debug("no point without the database: {}", gone.toString());
            return;
        }
        long at = clock.instant().getEpochSecond();
        lock.lock();
        try {
            if (beforeAt > 0 && at > beforeAt) {
                now.forEach((key, sample) -> point(key, sample, at));
                idle(now.keySet(), at);
                trim();
            }
            before = now;
            beforeAt = at;
        } finally {
            lock.unlock();
        }
    }

    private void point(String key, Sample sample, long at) {
        Sample old = before.getOrDefault(key, new Sample());
        boolean known = before.containsKey(key);
        double seconds = at - beforeAt;
        Buckets since = known ? sample.latency.since(old.latency) : sample.latency;
        double errors = Math.max(0, known ? sample.errors - old.errors : sample.errors);
        if (!key.equals(ALL)
                && since.total() == 0
                && sample.replicas == 0
                && !series.containsKey(key)) {
            return;
        }
        series.computeIfAbsent(key, k -> new Series())
                .add(
                        new Series.Point(
                                at,
                                since.total() / seconds,
                                errors / seconds,
                                since.quantile(0.5),
                                since.quantile(0.95),
                                since.quantile(0.99),
                                sample.replicas));
    }

    private void idle(Set<String> seen, long at) {
        for (Map.Entry<String, Series> each : series.entrySet()) {
            if (!seen.contains(each.getKey())) {
                each.getValue()
                        .add(new Series.Point(at, 0, 0, Double.NaN, Double.NaN, Double.NaN, 0));
            }
        }
    }

    /** What was busy least lately goes. */
    private void trim() {
        if (series.size() <= MOST_SERIES) {
            return;
        }
        Set<String> idle = new HashSet<>(series.keySet());
        idle.remove(ALL);
        idle.stream()
                .sorted(
                        Comparator.comparingLong(
                                key -> {
                                    Series each = series.get(key);
                                    return each == null ? 0 : each.busyAt();
                                }))
                .limit(series.size() - (long) MOST_SERIES)
                .forEach(series::remove);
    }

    private static void add(Map<String, Sample> samples, Timer timer) {
        Buckets buckets = Buckets.of(timer);
        for (String key :
                keys(timer.getId().getTag("tenant"), timer.getId().getTag("deployment"))) {
            samples.computeIfAbsent(key, k -> new Sample()).latency.plus(buckets);
        }
    }

    private static void add(Map<String, Sample> samples, Counter counter) {
        for (String key :
                keys(counter.getId().getTag("tenant"), counter.getId().getTag("deployment"))) {
            samples.computeIfAbsent(key, k -> new Sample()).errors += counter.count();
        }
    }

    private void replicas(Map<String, Sample> samples) {
        pool.client()
                .sql("select tenant, name, ready_replicas from deployment where ready_replicas > 0")
                .query(
                        row -> {
                            int ready = row.getInt(3);
                            for (String key : keys(row.getString(1), row.getString(2))) {
                                samples.computeIfAbsent(key, k -> new Sample()).replicas += ready;
                            }
                        });
    }

    private static List<String> keys(@Nullable String tenant, @Nullable String deployment) {
        return tenant == null || tenant.isEmpty()
                ? List.of(ALL)
                : List.of(ALL, tenant, tenant + "/" + deployment);
    }

    private static List<@Nullable Double> column(List<Double> values) {
        List<@Nullable Double> column = new java.util.ArrayList<>();
        for (Double value : values) {
            column.add(value.isNaN() ? null : value);
        }
        return column;
    }
}
