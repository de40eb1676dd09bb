package dev.marmita.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of the server; it stops with this JVM, however that ends. */
final class PostgresProcess {
    private static final Duration START =
            Duration.ofSeconds(120); // recovery after a crash is part of it
    private static final Duration POLL = Duration.ofMillis(20);

    /** Fast shutdown: open transactions are rolled back, what was committed stays. */
    private static final WatchedProcess.Stop STOP =
            new WatchedProcess.Stop("INT", Duration.ofSeconds(30));

    static final long MAX_LOG_BYTES = 16L << 20;

    private final WatchedProcess server;
    private final Path data;
    private final Path log;

    private PostgresProcess(WatchedProcess server, Path data, Path log) {
        this.server = server;
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
        WatchedProcess server =
                WatchedProcess.start(
                        identity.command(command(cluster, binaries, port)),
                        Map.of(),
                        Path.of("/"),
                        log,
                        STOP);
        PostgresProcess process = new PostgresProcess(server, cluster.data(), log);
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

    private static List<String> command(
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
            if (server.awaitEnd(POLL)) {
                throw new EmbeddedStartException(
                        "PostgreSQL ended at its start (exit %d). The end of %s: %s"
                                .formatted(server.awaitEnd(), log, tail(log)));
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
        return server.has(pid);
    }

    /** Returns when the server has ended, whoever ended it. */
    int awaitEnd() throws InterruptedException {
        return server.awaitEnd();
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
        server.stop();
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
