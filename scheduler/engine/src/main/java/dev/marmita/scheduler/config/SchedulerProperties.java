package dev.marmita.scheduler.config;

import dev.marmita.scheduler.process.ProcessSettings.Guard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Configuration of the scheduler.
 *
 * @param home folder of replicas, their logs and the artifact cache
 * @param runnerHome the unpacked runner, with its jars in {@code lib/}
 * @param javaHome the runtime for runners; the platform's own where it is not given
 * @param nodePools the node pools that this machine is
 * @param cpus cores that replicas may be promised; this machine's where it is 0
 * @param cpuOvercommit how many times over cores are promised: replicas are seldom busy all at once
 * @param memory memory that replicas may be promised; four fifths of this machine's where it is 0
 * @param cache artifacts are kept up to this size
 * @param logSize a runner's log is rotated at this size
 * @param confine whether replicas are bounded by the machine, where it can
 * @param isolation how much runners must be kept away from the rest of the machine
 * @param runnerUsers first and last id of the users that runners become where the platform is root
 * @param warmPool runners that wait for work
 * @param trainAot whether AOT caches are made, which halve what a runner's start costs
 * @param stopRunnersOnShutdown whether runners end with the platform; else the next start finds them
 * @param stopGrace how long they have to end then
 * @param leaseTtl after how long another scheduler may lead when this one is silent
 * @param resync how often every deployment is looked at
 * @param labelPoll how often labels are looked at
 * @param usageCheckpoint how often the use of replicas is written
 * @param progressDeadline how long a runner may take to become ready
 * @param drainLimit how long to wait for gateways before a retired replica is stopped
 * @param scaleDownDelay how long fewer replicas must have been enough
 * @param fetchPatience how long artifacts may be unavailable before a start fails
 * @param runnerMain the runner's main class
 * @param runnerJvmOptions added to the command line of every runner
 */
@ConfigurationProperties(prefix = "marmita.scheduler", ignoreUnknownFields = false)
public record SchedulerProperties(
        Path home,
        Path runnerHome,
        @Nullable Path javaHome,
        @DefaultValue("cpu") List<String> nodePools,
        @DefaultValue("0") int cpus,
        @DefaultValue("4") double cpuOvercommit,
        @DefaultValue("0B") DataSize memory,
        @DefaultValue("20GB") DataSize cache,
        @DefaultValue("10MB") DataSize logSize,
        @DefaultValue("true") boolean confine,
        @DefaultValue("auto") Guard.Mode isolation,
        @DefaultValue("60706-61183") String runnerUsers,
        @DefaultValue WarmPool warmPool,
        @DefaultValue("true") boolean trainAot,
        @DefaultValue("true") boolean stopRunnersOnShutdown,
        @DefaultValue("15s") Duration stopGrace,
        @DefaultValue("15s") Duration leaseTtl,
        @DefaultValue("5s") Duration resync,
        @DefaultValue("30s") Duration labelPoll,
        @DefaultValue("2s") Duration usageCheckpoint,
        @DefaultValue("3m") Duration progressDeadline,
        @DefaultValue("10s") Duration drainLimit,
        @DefaultValue("30s") Duration scaleDownDelay,
        @DefaultValue("2m") Duration fetchPatience,
        @DefaultValue("dev.marmita.runner.RunnerMain") String runnerMain,
        @DefaultValue List<String> runnerJvmOptions) {

    /**
     * @param size how many there are, at most
     */
    public record WarmPool(@DefaultValue("1") int size) {
        public WarmPool {
            if (size < 0 || size > 100) {
                throw new IllegalArgumentException(
                        "marmita.scheduler.warm-pool.size must be from 0 to 100");
            }
        }
    }

    /** What keeps runners away from the rest of the machine. */
    Guard guard() {
        String[] ends = runnerUsers.split("-", 2);
        return new Guard(isolation, Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
    }

    public SchedulerProperties {
        if (!runnerUsers.matches("[1-9][0-9]{0,8}-[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException(
                    "marmita.scheduler.runner-users must be two ids: 60706-61183");
        }
        if (cpus < 0 || cpuOvercommit < 1 || memory.toBytes() < 0) {
            throw new IllegalArgumentException(
                    "marmita.scheduler: cpus and memory must be 0 or more, cpu-overcommit 1 or more");
        }
        for (Duration duration :
                List.of(leaseTtl, resync, labelPoll, usageCheckpoint, progressDeadline)) {
            if (!duration.isPositive()) {
                throw new IllegalArgumentException("marmita.scheduler: times must be above zero");
            }
        }
    }
}
