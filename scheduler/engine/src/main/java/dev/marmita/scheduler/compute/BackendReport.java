package dev.marmita.scheduler.compute;

import java.util.List;

/**
 * Room on a backend, and what bounds its replicas.
 *
 * @param isolation what is in force, in words
 */
public record BackendReport(
        int cpuMillis,
        long memoryBytes,
        int usedCpuMillis,
        long usedMemoryBytes,
        List<String> isolation) {
    public BackendReport {
        isolation = List.copyOf(isolation);
    }
}
