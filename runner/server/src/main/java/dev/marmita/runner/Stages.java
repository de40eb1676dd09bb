package dev.marmita.runner;

import dev.marmita.runner.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** How long the parts of a start took, from the start of the process or the end of its wait. Thread-safe. */
final class Stages {

    private static final Path PROCESS = Path.of("/proc/self/stat");
    private static final Path UPTIME = Path.of("/proc/uptime");
    private static final int TICKS_PER_SECOND = 100;
    private static final int FIELDS_BEFORE_START = 19;
    private static final long LONGEST_START_MILLIS = Duration.ofMinutes(10).toMillis();

    private final Metrics metrics;
    private final long startNanos;
    private final Map<String, Long> reached = new LinkedHashMap<>();

    /**
     * @param startNanos when the start began, by {@link System#nanoTime()}
     */
    Stages(Metrics metrics, long startNanos) {
        this.metrics = metrics;
        this.startNanos = startNanos;
    }

    /** When this process began, by {@link System#nanoTime()}. */
    static long processStart() {
        return System.nanoTime() - Duration.ofMillis(age()).toNanos();
    }

    /**
     * Milliseconds since the process started, to a hundredth of a second. What {@link ProcessHandle} tells
     * is off by up to a second, for it counts from the second in which the machine was started.
     */
    private static long age() {
        try {
            String stat = Files.readString(PROCESS);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            double started = Double.parseDouble(fields[FIELDS_BEFORE_START]) / TICKS_PER_SECOND;
            String uptime = Files.readString(UPTIME);
            double now = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
            long millis = Math.round((now - started) * 1e3);
            // A container may show the uptime of its own, which is another clock.
            return millis >= 0 && millis < LONGEST_START_MILLIS ? millis : 0;
        } catch (IOException | RuntimeException unknown) {
            return 0;
        }
    }

    /** Notes that a stage is reached now. */
    synchronized void reached(String stage) {
        long millis = (System.nanoTime() - startNanos) / 1_000_000;
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
