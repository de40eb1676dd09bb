package dev.marmita.scheduler.config;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** What this machine has, and who this scheduler is on it. */
final class Machine {

    private Machine() {}

    static int cpuMillis(SchedulerProperties properties) {
        int cores =
                properties.cpus() > 0
                        ? properties.cpus()
                        : Runtime.getRuntime().availableProcessors();
        return (int)
                Math.min(Integer.MAX_VALUE, Math.round(cores * 1000 * properties.cpuOvercommit()));
    }

    static long memoryBytes(SchedulerProperties properties) {
        if (properties.memory().toBytes() > 0) {
            return properties.memory().toBytes();
        }
        long all =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getTotalMemorySize();
        return all / 5 * 4;
    }

    /** The same after a restart, so that the lease need not run out first. */
    static String identity(Path home) {
        Path file = home.resolve("scheduler-id");
        try {
            Files.createDirectories(home);
            if (!Files.exists(file)) {
                Files.writeString(file, UUID.randomUUID().toString());
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
