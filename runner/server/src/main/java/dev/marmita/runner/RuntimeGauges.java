package dev.marmita.runner;

import dev.marmita.runner.http.Admission;
import dev.marmita.runner.metrics.Metrics;
import dev.marmita.runner.work.InferencePool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;

/** What the process is doing right now. */
final class RuntimeGauges {

    private static final Path STATUS = Path.of("/proc/self/status");

    private final Metrics metrics;

    RuntimeGauges(Metrics metrics) {
        this.metrics = metrics;
    }

    void register(Admission admission, AtomicReference<Optional<InferencePool>> pool) {
        gauge(
                "marmita_runner_in_flight",
                "Requests accepted and not answered.",
                admission::inFlight);
        gauge("marmita_runner_held_bytes", "Bytes of request bodies held.", admission::heldBytes);
        gauge(
                "marmita_runner_queue_length",
                "Requests that wait for an inference thread.",
                () -> of(pool, InferencePool::queued));
        gauge(
                "marmita_runner_running",
                "Requests on inference threads.",
                () -> of(pool, InferencePool::running));
        gauge(
                "jvm_memory_used_bytes",
                "Used heap.",
                () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        gauge(
                "process_resident_memory_bytes",
                "Resident memory, native memory included.",
                () -> status("VmRSS:"));
        gauge("process_peak_memory_bytes", "Largest resident memory.", () -> status("VmHWM:"));
        gauge(
                "process_cpu_seconds_total",
                "Processor time used.",
                () ->
                        ProcessHandle.current()
                                .info()
                                .totalCpuDuration()
                                .map(used -> used.toNanos() / 1e9)
                                .orElse(0.0));
    }

    private void gauge(String name, String help, java.util.function.DoubleSupplier value) {
        metrics.gauge(name, help, Map.of(), value);
    }

    private static int of(
            AtomicReference<Optional<InferencePool>> pool, ToIntFunction<InferencePool> question) {
        return pool.get().map(question::applyAsInt).orElse(0);
    }

    /** Bytes of a line such as {@code VmRSS:  1234 kB}; 0 where the system has no such file. */
    private static long status(String name) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(name)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
            return 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
