package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.BackendReport;
import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import java.math.BigDecimal;
import java.util.Optional;

/** Whether a replica fits beside the others. */
final class Room {

    private Room() {}

    /** What is missing, in words. */
    static Optional<String> lack(BackendReport report, Resources wanted) {
        int cpuLeft = report.cpuMillis() - report.usedCpuMillis();
        if (wanted.cpuMillis() > cpuLeft) {
            return Optional.of(
                    "a replica needs "
                            + cores(wanted.cpuMillis())
                            + " cores, of "
                            + cores(report.cpuMillis())
                            + " on this machine "
                            + cores(Math.max(0, cpuLeft))
                            + " are free");
        }
        long memoryLeft = report.memoryBytes() - report.usedMemoryBytes();
        if (wanted.memoryBytes() > memoryLeft) {
            return Optional.of(
                    "a replica needs "
                            + (wanted.memoryBytes() >> 20)
                            + " MiB of memory, of "
                            + (report.memoryBytes() >> 20)
                            + " MiB on this machine "
                            + (Math.max(0, memoryLeft) >> 20)
                            + " MiB are free");
        }
        return Optional.empty();
    }

    private static String cores(int millis) {
        return BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString();
    }
}
