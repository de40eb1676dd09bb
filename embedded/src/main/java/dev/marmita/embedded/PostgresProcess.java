package dev.marmita.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One run of the server, under a small shell that watches a pipe from this JVM: when the pipe closes, however this
 * JVM ended, the shell asks the server to stop. The shell ends with the server.
 */
final class PostgresProcess {
    /**
     * The watcher has a session of its own where that can be had, so that Ctrl-C in a terminal reaches the platform
     * alone, which stops the server last.
     */
    private static final String WATCHER =
            """
            exec 3<&0
            "$@" 3<&- </dev/null &
            server=$!
            { read -r _ <&3; kill -INT "$server"; } >/dev/null 2>&1 &
            watch=$!
            exec 3<&-
            wait "$server"
            status=$?
            kill "$watch" 2>/dev/null
            exit "$status"
            """;

    private static final Duration START =
            Duration.ofSeconds(120); // recovery after a crash is part of it
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration STOP = Duration.ofSeconds(30);
    static final long MAX_LOG_BYTES = 16L << 20;

    private final Process watcher;
    private final Path data;
    private final Path log;

    private PostgresProcess(Process watcher, Path data, Path log) {
        this.watcher = watcher;
        this.data = data;
        this.log = log;
    }

    /**
     * Starts the server and waits until it takes connections.
     *
     * @throws EmbeddedStartException when it ends or is not ready in time; nothing is left running then
     */
    static PostgresProcess start(
            PostgresCluster cluster,
            PostgresBinaries binaries,
            Identity identity,
            int port,
            Path log)
            throws IOException, InterruptedException {
        PostmasterFile.stopLeftBehind(cluster.data());
        rotate(log);
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        command.addAll(List.of("/bin/sh", "-c", WATCHER, "marmita-postgres-watcher"));
        command.addAll(identity.command(server(cluster, binaries, port)));
        Process watcher =
                new ProcessBuilder(command)
                        .directory(Path.of("/").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        PostgresProcess process = new PostgresProcess(watcher, cluster.data(), log);
        boolean ready = false;
        try {
            process.awaitReady();
            ready = true;
            return process;
        } finally {
            if (!ready) {
                process.stop();
            }
        }
    }

    private static List<String> server(
            PostgresCluster cluster, PostgresBinaries binaries, int port) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                binaries.program("postgres").toString(),
                                "-D",
                                cluster.data().toString()));
        for (String setting :
                List.of(
                        "port=" + port,
                        "listen_addresses=127.0.0.1",
                        "unix_socket_directories=",
                        "fsync=on",
                        "synchronous_commit=on",
                        "full_page_writes=on",
                        "max_connections=200",
                        "shared_buffers=64MB",
                        "log_line_prefix=%m [%p] ",
                        "log_checkpoints=off",
                        "timezone=UTC")) {
            command.add("-c");
            command.add(setting);
        }
        return command;
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!isReady()) {
            if (watcher.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new EmbeddedStartException(
                        "PostgreSQL ended at its start (exit %d). The end of %s: %s"
                                .formatted(watcher.exitValue(), log, tail(log)));
            }
            if (System.nanoTime() > deadline) {
                throw new EmbeddedStartException(
                        "PostgreSQL was not ready within %d s. The end of %s: %s"
                                .formatted(START.toSeconds(), log, tail(log)));
            }
        }
    }

    private boolean isReady() throws IOException {
        Optional<PostmasterFile> file = PostmasterFile.read(data);
        if (file.isEmpty() || !file.get().ready()) {
            return false;
        }
        // The file of a killed server says ready too: only our own server counts.
        long pid = file.get().pid();
        return watcher.descendants().anyMatch(it -> it.pid() == pid);
    }

    /** Returns when the server has ended, whoever ended it. */
    int awaitEnd() throws InterruptedException {
        return watcher.waitFor();
    }

    /** Keeps the log bounded while the server runs: it appends, so the file can be emptied under it. */
    void trimLog() throws IOException {
        if (Files.size(log) > MAX_LOG_BYTES) {
            Files.copy(log, earlier(log), StandardCopyOption.REPLACE_EXISTING);
            Files.write(log, new byte[0]);
        }
    }

    /** Fast shutdown: open transactions are rolled back, what was committed stays. Returns when it has ended. */
    void stop() {
        try {
            watcher.getOutputStream().close();
        } catch (IOException closedAlready) {
            // The server ended before and took the pipe with it.
        }
        boolean interrupted = false;
        try {
            if (!watcher.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException stop) {
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

    private static void rotate(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
            Files.move(log, earlier(log), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Path earlier(Path log) {
        return log.resolveSibling(log.getFileName() + ".1");
    }

    private static String tail(Path log) throws IOException {
        byte[] all = Files.readAllBytes(log); // bounded by rotate
        int from = Math.max(0, all.length - 1_500);
        return new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
    }
}
