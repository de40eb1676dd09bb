package dev.marmita.runner;

import dev.marmita.runner.metrics.Metrics;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long the parts of a start took, from the start of the process. Thread-safe. */
final class Stages {

    private final Metrics metrics;
    private final long startMillis;
    private final Map<String, Long> reached = new LinkedHashMap<>();

    Stages(Metrics metrics) {
        this.metrics = metrics;
        this.startMillis =
                ProcessHandle.current()
                        .info()
                        .startInstant()
                        .map(java.time.Instant::toEpochMilli)
                        .orElseGet(System::currentTimeMillis);
    }

    /** Notes that a stage is reached now. */
    synchronized void reached(String stage) {
        long millis = Math.max(0, System.currentTimeMillis() - startMillis);
        reached.put(stage, millis);
        metrics.gauge(
                "marmita_runner_start_seconds",
                "Time from the start of the process until a stage of its start was reached.",
                Map.of("stage", stage),
                () -> millis / 1e3);
    }

    /** Milliseconds by stage, in their order. */
    synchronized Map<String, Long> all() {
        return new LinkedHashMap<>(reached);
    }
}
