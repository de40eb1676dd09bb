package dev.marmita.runner.metrics;

import java.util.concurrent.atomic.LongAdder;

/** Durations in buckets from 0.5 ms to 60 s. Thread-safe. */
public final class Histogram {

    private static final double[] BOUNDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
    };

    private final LongAdder[] buckets = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    Histogram() {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
    }

    /** Counts one duration. */
    public void record(long durationNanos) {
        double seconds = durationNanos / 1e9;
        int bucket = 0;
        while (bucket < BOUNDS.length && seconds > BOUNDS[bucket]) {
            bucket++;
        }
        buckets[bucket].increment();
        nanos.add(durationNanos);
    }

    void write(StringBuilder text, String name, Labels labels) {
        long count = 0;
        for (int i = 0; i < buckets.length; i++) {
            count += buckets[i].sum();
            String bound = i < BOUNDS.length ? Double.toString(BOUNDS[i]) : "+Inf";
            Metrics.line(text, name + "_bucket", labels.and("le", bound).text(), count);
        }
        Metrics.line(text, name + "_sum", labels.text(), nanos.sum() / 1e9);
        Metrics.line(text, name + "_count", labels.text(), count);
    }
}
