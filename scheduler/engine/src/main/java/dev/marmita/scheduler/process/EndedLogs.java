package dev.marmita.scheduler.process;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.compute.ReplicaLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The logs of replicas that are gone: the last few of each endpoint, for some days. */
final class EndedLogs {

    private static final int KEPT = 5;
    private static final Duration KEPT_FOR = Duration.ofDays(7);

    private final Path folder;

    EndedLogs(Path folder) {
        this.folder = folder;
    }

    void open() throws IOException {
        Files.createDirectories(folder);
        Instant oldest = Instant.now().minus(KEPT_FOR);
        try (Stream<Path> endpoints = Files.list(folder)) {
            for (Path endpoint : (Iterable<Path>) endpoints::iterator) {
                for (LogFile log : logs(endpoint)) {
                    if (writtenAt(log).toInstant().isBefore(oldest)) {
                        log.delete();
                    }
                }
            }
        }
    }

    void keep(EndpointId endpoint, String replica, LogFile log) throws IOException {
        Path place = place(endpoint);
        log.moveTo(place.resolve(replica));
        List<LogFile> all = logs(place);
        for (LogFile old : all.subList(0, Math.max(0, all.size() - KEPT))) {
            old.delete();
        }
    }

    List<ReplicaLog> tails(EndpointId endpoint, int lines) {
        return logs(place(endpoint)).stream()
                .map(
                        log ->
                                new ReplicaLog(
                                        String.valueOf(log.file().getFileName()), log.tail(lines)))
                .toList();
    }

    /** Names have no dot, so the pair is unique. */
    private Path place(EndpointId endpoint) {
        return folder.resolve(endpoint.tenant() + "." + endpoint.deployment());
    }

    /** Oldest first. */
    private static List<LogFile> logs(Path place) {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.filter(file -> !file.toString().endsWith(".1"))
                    .map(LogFile::new)
                    .sorted(Comparator.comparing(EndedLogs::writtenAt))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static FileTime writtenAt(LogFile log) {
        try {
            return Files.getLastModifiedTime(log.file());
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }
}
