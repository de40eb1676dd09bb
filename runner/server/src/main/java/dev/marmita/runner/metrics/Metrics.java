package dev.marmita.runner.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/** All metrics of a runner; every one carries the runner's own labels. Thread-safe. */
public final class Metrics {

    private static final int MAX_SERIES = 2_000;

    private enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    private final Labels own;
    private final Map<String, Family> families =
            java.util.Collections.synchronizedMap(new LinkedHashMap<>());

    /**
     * @param own labels of every metric, such as tenant and deployment
     */
    public Metrics(Map<String, String> own) {
        this.own = new Labels(own);
    }

    private record Family(Kind kind, String help, Map<Labels, Object> series) {}

    /** A counter; the same name and labels give the same one. */
    public LongAdder counter(String name, String help, Map<String, String> labels) {
        return (LongAdder) series(Kind.COUNTER, name, help, labels, new LongAdder());
    }

    /** A histogram of seconds; the same name and labels give the same one. */
    public Histogram histogram(String name, String help, Map<String, String> labels) {
        return (Histogram) series(Kind.HISTOGRAM, name, help, labels, new Histogram());
    }

    /** A value that is asked for when the metrics are read. */
    public void gauge(String name, String help, Map<String, String> labels, DoubleSupplier value) {
        family(Kind.GAUGE, name, help).series().put(new Labels(labels), value);
    }

    private Object series(
            Kind kind, String name, String help, Map<String, String> labels, Object fresh) {
        Family family = family(kind, name, help);
        Labels key = new Labels(labels);
        Object known = family.series().get(key);
        if (known == null && family.series().size() >= MAX_SERIES) {
            return fresh;
        }
        return known != null ? known : family.series().computeIfAbsent(key, absent -> fresh);
    }

    private Family family(Kind kind, String name, String help) {
        Family family =
                families.computeIfAbsent(
                        name, absent -> new Family(kind, help, new ConcurrentHashMap<>()));
        if (family.kind() != kind) {
            throw new IllegalArgumentException(name + " is a " + family.kind());
        }
        return family;
    }

    /** The metrics in Prometheus' text format 0.0.4. */
    public String text() {
        StringBuilder text = new StringBuilder(4096);
        Map<String, Family> snapshot;
        synchronized (families) {
            snapshot = new LinkedHashMap<>(families);
        }
        snapshot.forEach((name, family) -> write(text, name, family));
        return text.toString();
    }

    private void write(StringBuilder text, String name, Family family) {
        String kind = family.kind().name().toLowerCase(java.util.Locale.ROOT);
        text.append("# HELP ").append(name).append(' ').append(family.help()).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(kind).append('\n');
        List<Map.Entry<Labels, Object>> series = new ArrayList<>(family.series().entrySet());
        for (Map.Entry<Labels, Object> one : series) {
            Labels labels = own.and(one.getKey());
            switch (one.getValue()) {
                case LongAdder count -> line(text, name, labels.text(), count.sum());
                case DoubleSupplier gauge -> line(text, name, labels.text(), gauge.getAsDouble());
                case Histogram histogram -> histogram.write(text, name, labels);
                default -> throw new IllegalStateException(name);
            }
        }
    }

    static void line(StringBuilder text, String name, String labels, double value) {
        text.append(name).append(labels).append(' ');
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            text.append((long) value);
        } else {
            text.append(value);
        }
        text.append('\n');
    }
}
