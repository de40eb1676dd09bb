package dev.marmita.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.marmita.routing.RouteTable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The last-known-good routes on disk. A file is whole or not there: written beside, synced, renamed.
 * Readable by its owner only, as it says who may call what.
 */
final class SnapshotFile {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFile.class);
    private static final int FORMAT = 1;

    private record Content(
            @JsonProperty("format") int format,
            @JsonProperty("table") @Nullable RouteTable table) {}

    private final JsonMapper json =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private final Path file;

    SnapshotFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    /** Empty where there is none, or none that can be read: that is said in the log. */
    Optional<RouteTable> read() {
        try {
            Content content = json.readValue(Files.readAllBytes(file), Content.class);
            RouteTable table = content.table();
            if (content.format() != FORMAT || table == null) {
                LOG.warn("routes in {} are not of format {}; starting without", file, FORMAT);
                return Optional.empty();
            }
            return Optional.of(table);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            LOG.warn("routes in {} cannot be read; starting without", file, e);
            return Optional.empty();
        }
    }

    void write(RouteTable table) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        try (FileChannel channel =
                FileChannel.open(
                        beside,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            OutputStream out = Channels.newOutputStream(channel);
            out.write(json.writeValueAsBytes(new Content(FORMAT, table)));
            channel.force(true);
        }
        Files.move(
                beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
