package dev.marmita.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A child process under a small shell that watches a pipe from this JVM: when the pipe closes, however this JVM ended,
 * the shell asks the child to stop. The shell ends with the child.
 */
final class WatchedProcess {

    private static final String WATCHER =
            """
            signal=$1
            shift
            exec 3<&0
            "$@" 3<&- </dev/null &
            child=$!
            { read -r _ <&3; kill -"$signal" "$child"; } >/dev/null 2>&1 &
            watch=$!
            exec 3<&-
            wait "$child"
            status=$?
            kill "$watch" 2>/dev/null
            exit "$status"
            """;

    /**
     * How a child is asked to stop.
     *
     * @param signal without its SIG
     * @param patience after which it is killed
     */
    record Stop(String signal, Duration patience) {}

    private final Process watcher;
    private final Stop stop;

    private WatchedProcess(Process watcher, Stop stop) {
        this.watcher = watcher;
        this.stop = stop;
    }

    /**
     * @param log gets what it prints, at its end
     */
    static WatchedProcess start(
            List<String> command, Map<String, String> environment, Path folder, Path log, Stop stop)
            throws IOException {
        List<String> watched = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            watched.add("/usr/bin/setsid"); // Ctrl-C in a terminal reaches the platform alone
        }
        watched.addAll(List.of("/bin/sh", "-c", WATCHER, "marmita-watcher", stop.signal()));
        watched.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(watched)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new WatchedProcess(builder.start(), stop);
    }

    boolean isAlive() {
        return watcher.isAlive();
    }

    /** Whether it ended within that time. */
    boolean awaitEnd(Duration time) throws InterruptedException {
        return watcher.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether a process of that id is of this child. */
    boolean has(long pid) {
        return watcher.descendants().anyMatch(it -> it.pid() == pid);
    }

    /** Its exit status, once it has ended, whoever ended it. */
    int awaitEnd() throws InterruptedException {
        return watcher.waitFor();
    }

    /** Returns when it has ended; it is killed where it takes too long. */
    void stop() {
        try {
            watcher.getOutputStream().close();
        } catch (IOException closedAlready) {
            // It ended before and took the pipe with it.
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (!awaitEnd(stop.patience())) {
                kill();
            }
        } catch (InterruptedException now) {
            interrupted = true;
            kill();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void kill() {
        List<ProcessHandle> all = watcher.descendants().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        watcher.destroyForcibly();
        all.forEach(
                it -> it.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(_ -> it).join());
    }
}
