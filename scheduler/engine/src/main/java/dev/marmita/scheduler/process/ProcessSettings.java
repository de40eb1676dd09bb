package dev.marmita.scheduler.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How runners are started on this machine.
 *
 * @param home folder for everything of this backend; one process at a time uses it
 * @param runnerHome the unpacked runner: {@code lib/} with its jars
 * @param javaHome the runtime that runs it
 * @param nodePools the pools that this machine is
 * @param cpuMillis cores that all replicas together may be promised, in thousandths
 * @param memoryBytes memory that all replicas together may be promised
 * @param cacheBytes artifacts are kept up to so many bytes
 * @param logBytes a log is rotated at this size; one older part is kept
 * @param confine whether replicas are bounded by the machine, where it can
 * @param trainAot whether to make AOT caches for runners, where none came with the runner
 * @param guard what keeps runners away from the rest of the machine
 * @param warmRunners how many runners wait for work
 * @param mainClass what the runner's process starts
 * @param jvmOptions added to every runner's command line
 */
public record ProcessSettings(
        Path home,
        Path runnerHome,
        Path javaHome,
        List<String> nodePools,
        int cpuMillis,
        long memoryBytes,
        long cacheBytes,
        long logBytes,
        boolean confine,
        boolean trainAot,
        Guard guard,
        int warmRunners,
        String mainClass,
        List<String> jvmOptions,
        Timing timing) {

    /**
     * Isolation of runners.
     *
     * @param firstUser with {@code lastUser}: ids that no user of this machine has, for runners of a
     *     platform that is root
     */
    public record Guard(Mode mode, int firstUser, int lastUser) {

        /** How much isolation there must be. */
        public enum Mode {
            /** As much as this machine can. */
            AUTO,
            /** Walls around files and processes, or no start of the platform. */
            REQUIRED,
            /** None. */
            OFF
        }

        /** A range that neither people nor distributions use. */
        public static final Guard DEFAULT = new Guard(Mode.AUTO, 60_706, 61_183);

        public Guard {
            if (firstUser < 1 || lastUser <= firstUser) {
                throw new IllegalArgumentException(
                        "users of runners must be a range above 0, not "
                                + firstUser
                                + "-"
                                + lastUser);
            }
        }
    }

    /**
     * @param firstProbe how often a starting runner is asked whether it is ready
     * @param probe how often a ready one is
     * @param probeTimeout how long an answer may take
     * @param unresponsiveAfter how long a runner may give no answer before it is killed
     * @param fetchPatience how long artifacts may be unavailable before a start fails
     * @param maintenance how often logs are rotated
     * @param warmRest how long nothing must have been started until a runner is that waits for work
     */
    public record Timing(
            Duration firstProbe,
            Duration probe,
            Duration probeTimeout,
            Duration unresponsiveAfter,
            Duration fetchPatience,
            Duration maintenance,
            Duration warmRest) {

        public static final Timing DEFAULT =
                new Timing(
                        Duration.ofMillis(8),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5));
    }

    public ProcessSettings {
        home = home.toAbsolutePath();
        runnerHome = runnerHome.toAbsolutePath();
        javaHome = javaHome.toAbsolutePath();
        nodePools = List.copyOf(nodePools);
        jvmOptions = List.copyOf(jvmOptions);
    }
}
