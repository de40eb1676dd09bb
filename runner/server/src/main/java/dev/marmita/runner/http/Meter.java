package dev.marmita.runner.http;

import dev.marmita.runner.metrics.Histogram;
import dev.marmita.runner.metrics.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the requests of every route. Thread-safe. */
final class Meter {

    private final Metrics metrics;
    private final Map<String, Route> routes = new ConcurrentHashMap<>();

    Meter(Metrics metrics) {
        this.metrics = metrics;
    }

    private record Route(Histogram durations, Map<Integer, LongAdder> codes) {}

    void record(String route, int status, long nanos) {
        Route known = routes.computeIfAbsent(route, this::open);
        known.durations().record(nanos);
        known.codes().computeIfAbsent(status, code -> counter(route, code)).increment();
    }

    private Route open(String route) {
        return new Route(
                metrics.histogram(
                        "marmita_runner_request_seconds",
                        "Time from a request's head to its answer.",
                        Map.of("route", route)),
                new ConcurrentHashMap<>());
    }

    private LongAdder counter(String route, int status) {
        return metrics.counter(
                "marmita_runner_requests_total",
                "Requests answered.",
                Map.of("route", route, "code", Integer.toString(status)));
    }
}
