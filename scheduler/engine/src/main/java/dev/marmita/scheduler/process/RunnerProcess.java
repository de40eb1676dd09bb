package dev.marmita.scheduler.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
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
        String[] arguments = arguments(pid);
        return arguments[arguments.length - 1].equals(launch.toString());
    }

    private static String[] arguments(long pid) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
            String text = new String(line, StandardCharsets.UTF_8);
            int end = text.endsWith("\0") ? text.length() - 1 : text.length();
            return text.substring(0, end).split("\0", -1);
        } catch (IOException gone) {
            return new String[] {""};
        }
    }

    /**
     * Ends what is left of the folder's runner: where the process that walled it in was killed, the runner
     * itself is still there.
     */
    static void sweep(ReplicaFolder folder) {
        ProcessHandle.allProcesses()
                .filter(handle -> runs(handle.pid(), folder.launch()))
                .forEach(ProcessHandle::destroyForcibly);
    }

    /** The runner itself: the one child of the process that walls it in, where there is one. */
    private ProcessHandle runner() {
        boolean walled = arguments(handle.pid())[0].endsWith("/bwrap");
        return walled ? handle.children().findFirst().orElse(handle) : handle;
    }

    long runnerPid() {
        return runner().pid();
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
        runner().destroy();
    }

    /** Writes to the standard input of a child that reads it, and closes that. */
    void tell(String line) throws IOException {
        if (child == null) {
            throw new IOException("only a child can be told something");
        }
        try (OutputStream out = child.getOutputStream()) {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * The same, and more afterwards on a thread of its own: it may be more than a pipe holds, and whoever
     * reads it may never do. It ends with the process at the latest; what it wrote it wipes.
     */
    void tell(String line, byte[] more) throws IOException {
        if (child == null) {
            throw new IOException("only a child can be told something");
        }
        OutputStream out = child.getOutputStream();
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.flush();
        Thread.ofPlatform().daemon().name("secrets-" + pid()).start(() -> hand(out, more));
    }

    private static void hand(OutputStream out, byte[] more) {
        try (out) {
            out.write(more);
        } catch (IOException gone) {
            // Who watches the process sees its end, and it sees the end of its input.
        } finally {
            Arrays.fill(more, (byte) 0);
        }
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
