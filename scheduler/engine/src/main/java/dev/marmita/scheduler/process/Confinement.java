package dev.marmita.scheduler.process;

import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Bounds that the machine itself puts on a runner's process. */
interface Confinement {

    /** What is bounded by what, in words. */
    List<String> inForce();

    /**
     * Makes ready for a replica.
     *
     * @return files into which the process has to write its id before it begins
     */
    List<Path> prepare(String replica, Resources resources) throws IOException;

    /** Puts the bounds of a replica on a process that was started with others. */
    void claim(String replica, long pid, Resources resources) throws IOException;

    /** What to put in front of the command. */
    List<String> prefix(Resources resources);

    /** Whether the kernel killed something of the replica for its memory. */
    boolean outOfMemory(String replica);

    /** Ends whatever is left of the replica and removes its traces. Idempotent. */
    void remove(String replica);

    /** Nothing but the runner's own flags. */
    final class None implements Confinement {
        @Override
        public List<String> inForce() {
            return List.of("memory and cores: the runner's own JVM flags alone");
        }

        @Override
        public List<Path> prepare(String replica, Resources resources) {
            return List.of();
        }

        @Override
        public void claim(String replica, long pid, Resources resources) {}

        @Override
        public List<String> prefix(Resources resources) {
            return List.of();
        }

        @Override
        public boolean outOfMemory(String replica) {
            return false;
        }

        @Override
        public void remove(String replica) {}
    }

    /**
     * A limit on the process's private memory. Weaker than a control group: it does not know of children,
     * and counts what is asked for instead of what is used; hence the slack.
     */
    final class Prlimit implements Confinement {

        private static final long SLACK = 256L << 20;

        private final Path prlimit;

        Prlimit(Path prlimit) {
            this.prlimit = prlimit;
        }

        @Override
        public List<String> inForce() {
            return List.of(
                    "memory: prlimit on private memory", "cores: the runner's own JVM flags alone");
        }

        @Override
        public List<Path> prepare(String replica, Resources resources) {
            return List.of();
        }

        @Override
        public void claim(String replica, long pid, Resources resources) throws IOException {
            Confinements.run(
                    List.of(prlimit.toString(), "--pid", Long.toString(pid), data(resources)));
        }

        private static String data(Resources resources) {
            return "--data=" + (resources.memoryBytes() + SLACK);
        }

        @Override
        public List<String> prefix(Resources resources) {
            return List.of(prlimit.toString(), data(resources), "--core=0", "--");
        }

        @Override
        public boolean outOfMemory(String replica) {
            return false;
        }

        @Override
        public void remove(String replica) {}
    }
}
