package dev.marmita.scheduler.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A runner's process: this one's child, or one that a former platform process left behind. */
final class RunnerProcess {

    private final ProcessHandle handle;
    private final @Nullable Process child;
    private final Instant startedAt;

    private RunnerProcess(ProcessHandle handle, @Nullable Process child) {
        this.handle = handle;
        this.child = child;
        this.startedAt = handle.info().startInstant().orElseGet(Instant::now);
    }

    static RunnerProcess child(Process child) {
        return new RunnerProcess(child.toHandle(), child);
    }

    /**
     * The living process of that folder. The number alone proves nothing, it may be another's by now: the
     * command line has to name the folder's own launch file.
     */
    static Optional<RunnerProcess> find(ReplicaFolder folder) {
        if (folder.readPid().isEmpty()) {
            return Optional.empty();
        }
        long pid = folder.readPid().getAsLong();
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(_ -> runs(pid, folder.launch()))
                .map(handle -> new RunnerProcess(handle, null));
    }

    private static boolean runs(long pid, Path launch) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
            String[] arguments = new String(line, StandardCharsets.UTF_8).split("\0");
            return arguments.length > 0
                    && arguments[arguments.length - 1].equals(launch.toString());
        } catch (IOException gone) {
            return false;
        }
    }

    boolean adopted() {
        return child == null;
    }

    long pid() {
        return handle.pid();
    }

    Instant startedAt() {
        return startedAt;
    }

    boolean alive() {
        return child == null ? handle.isAlive() : child.isAlive();
    }

    void whenDead(Runnable action) {
        CompletableFuture<Void> unused = handle.onExit().thenRun(action);
    }

    /** Known of children alone. */
    OptionalInt exitCode() {
        return child == null || child.isAlive()
                ? OptionalInt.empty()
                : OptionalInt.of(child.exitValue());
    }

    /** Asks it to end. */
    void terminate() {
        handle.destroy();
    }

    /** Ends it and what it started; waits at most ten seconds for that. */
    void kill() throws InterruptedException {
        handle.descendants().forEach(ProcessHandle::destroyForcibly);
        handle.destroyForcibly();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (alive() && System.nanoTime() - end < 0) {
            Thread.sleep(5);
        }
    }
}
