package dev.marmita.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code postmaster.pid} says; its lines are fixed by PostgreSQL (src/include/utils/pidfile.h). */
record PostmasterFile(long pid, boolean ready) {
    private static final Logger log = LoggerFactory.getLogger(PostmasterFile.class);
    private static final int STATUS_LINE = 7;

    static Optional<PostmasterFile> read(Path data) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(data.resolve("postmaster.pid"), StandardCharsets.UTF_8);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        if (lines.isEmpty() || !lines.getFirst().strip().matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        boolean ready =
                lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
        return Optional.of(new PostmasterFile(Long.parseLong(lines.getFirst().strip()), ready));
    }

    /**
     * Stops a server that an earlier, killed owner left behind on this data folder (its watcher may still be at it).
     * A recycled pid of some other program is left alone, and so is the file: PostgreSQL checks it by itself.
     */
    static void stopLeftBehind(Path data) throws IOException, InterruptedException {
        Optional<PostmasterFile> file = read(data);
        if (file.isEmpty()) {
            return;
        }
        Optional<ProcessHandle> left =
                ProcessHandle.of(file.get().pid()).filter(it -> serves(it, data));
        if (left.isEmpty()) {
            return;
        }
        log.warn("stopping PostgreSQL process {}, left behind on {}", file.get().pid(), data);
        if (!stop(left.get(), "INT", Duration.ofSeconds(30))
                && !stop(left.get(), "QUIT", Duration.ofSeconds(10))) {
            stop(left.get(), "KILL", Duration.ofSeconds(10));
        }
    }

    private static boolean serves(ProcessHandle process, Path data) {
        try {
            byte[] raw =
                    Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
            List<String> arguments = List.of(new String(raw, StandardCharsets.UTF_8).split("\0"));
            return arguments.getFirst().endsWith("/postgres")
                    && arguments.contains(data.toString());
        } catch (IOException gone) {
            return false;
        }
    }

    private static boolean stop(ProcessHandle process, String signal, Duration patience)
            throws IOException, InterruptedException {
        Signals.send(process.pid(), signal);
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException still) {
            return !process.isAlive();
        }
    }
}
