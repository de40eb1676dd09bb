package dev.marmita.scheduler.compute;

import java.util.List;

/**
 * Room on a backend, and what bounds its replicas.
 *
 * @param warmRunners runners that wait for a replica to become
 * @param isolation what is in force, in words
 */
public record BackendReport(
        int cpuMillis,
        long memoryBytes,
        int usedCpuMillis,
        long usedMemoryBytes,
        int warmRunners,
        List<String> isolation) {
    public BackendReport {
        isolation = List.copyOf(isolation);
    }
}
