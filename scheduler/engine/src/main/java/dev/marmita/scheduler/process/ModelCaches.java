package dev.marmita.scheduler.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runners derived from models, for the next runner of the same tenant: bounded, the oldest go. */
final class ModelCaches {

    private static final Logger LOG = LoggerFactory.getLogger(ModelCaches.class);

    private final Path folder;
    private final long maxBytes;

    private record Entry(Path file, long size, FileTime written) {}

    ModelCaches(Path folder, long maxBytes) {
        this.folder = folder;
        this.maxBytes = maxBytes;
    }

    /** A runner that has a removed file open keeps it until it ends. */
    void trim() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                entries.add(new Entry(file, Files.size(file), Files.getLastModifiedTime(file)));
            }
            entries.sort(Comparator.comparing(Entry::written));
            long total = entries.stream().mapToLong(Entry::size).sum();
            for (Entry entry : entries) {
                if (total <= maxBytes) {
                    return;
                }
                Files.deleteIfExists(entry.file());
                total -= entry.size();
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("cannot look through {}: {}", folder, e.toString());
        }
    }
}
