package dev.marmita.platform.console.board;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** How many requests took how long: counts up to each bound, in milliseconds. */
final class Buckets {

    private final TreeMap<Double, Double> cumulative = new TreeMap<>();
    private double total;

    static Buckets of(Timer timer) {
        var buckets = new Buckets();
        HistogramSnapshot snapshot = timer.takeSnapshot();
        for (CountAtBucket bucket : snapshot.histogramCounts()) {
            buckets.cumulative.put(bucket.bucket(TimeUnit.MILLISECONDS), bucket.count());
        }
        buckets.total = timer.count();
        return buckets;
    }

    void plus(Buckets other) {
        other.cumulative.forEach((bound, count) -> cumulative.merge(bound, count, Double::sum));
        total += other.total;
    }

    /** What came since; everything where this began anew. */
    Buckets since(Buckets before) {
        if (before.total > total) {
            return this;
        }
        var difference = new Buckets();
        cumulative.forEach(
                (bound, count) ->
                        difference.cumulative.put(
                                bound,
                                Math.max(0, count - before.cumulative.getOrDefault(bound, 0.0))));
        difference.total = total - before.total;
        return difference;
    }

    double total() {
        return total;
    }

    /** Milliseconds, interpolated within a bucket; NaN without requests. */
    double quantile(double share) {
        if (total <= 0) {
            return Double.NaN;
        }
        double wanted = share * total;
        double below = 0;
        double from = 0;
        for (Map.Entry<Double, Double> bucket : cumulative.entrySet()) {
            if (bucket.getValue() >= wanted) {
                double within = bucket.getValue() - below;
                double part = within <= 0 ? 1 : (wanted - below) / within;
                return from + (bucket.getKey() - from) * part;
            }
            below = bucket.getValue();
            from = bucket.getKey();
        }
        return from;
    }
}
