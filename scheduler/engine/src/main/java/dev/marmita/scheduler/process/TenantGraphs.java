package dev.marmita.scheduler.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runners derived from models, kept for the next runner of the same tenant; tenants share nothing. A
 * runner works in a folder of its own: what is there already is put into it before, what is new is
 * taken out of it later. Trouble costs time, never a start.
 */
final class TenantGraphs {

    private static final Logger LOG = LoggerFactory.getLogger(TenantGraphs.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
    private static final int MOST_FILES = 256;

    private final Path home;
    private final long maxBytes;

    TenantGraphs(Path home, long maxBytes) {
        this.home = home;
        this.maxBytes = maxBytes;
    }

    private Path of(String tenant) {
        return home.resolve(tenant);
    }

    /** Before a runner reads them. */
    void provide(String tenant, ReplicaFolder folder) {
        if (!Files.isDirectory(of(tenant))) {
            return;
        }
        try {
            for (Path graph : newest(of(tenant))) {
                Path target = folder.graphs().resolve(String.valueOf(graph.getFileName()));
                if (!Files.exists(target)) {
                    Placement.link(graph, target);
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot give {} its optimised models: {}", folder.name(), e.toString());
        }
    }

    private static List<Path> newest(Path place) throws IOException {
        record Dated(Path file, long millis) {}
        List<Dated> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(place)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (NAME.matcher(String.valueOf(file.getFileName())).matches()) {
                    all.add(new Dated(file, Files.getLastModifiedTime(file).toMillis()));
                }
            }
        }
        all.sort(Comparator.comparingLong(Dated::millis).reversed());
        return all.stream().limit(MOST_FILES).map(Dated::file).toList();
    }

    /** After a runner wrote them. It is not trusted with anything but its own tenant's. */
    void keep(String tenant, ReplicaFolder folder) {
        try (DirectoryStream<Path> written = Files.newDirectoryStream(folder.graphs())) {
            Path place = Files.createDirectories(of(tenant));
            int seen = 0;
            for (Path graph : written) {
                String name = String.valueOf(graph.getFileName());
                if (++seen > MOST_FILES) {
                    return;
                }
                if (NAME.matcher(name).matches()
                        && RunnerFiles.isPlain(graph)
                        && !Files.exists(place.resolve(name))) {
                    copy(graph, place, name);
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot keep the optimised models of {}: {}", folder.name(), e.toString());
        }
    }

    /** A copy, for the runner goes on owning its file. */
    private void copy(Path graph, Path place, String name) throws IOException {
        Path temp = place.resolve(".new-" + UUID.randomUUID());
        try (FileChannel from = RunnerFiles.open(graph);
                OutputStream to = Files.newOutputStream(temp)) {
            if (from.size() > maxBytes) {
                return;
            }
            Channels.newInputStream(from).transferTo(to);
            Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("r--r--r--"));
            Files.move(temp, place.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temp);
        }
    }
}
