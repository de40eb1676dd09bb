package dev.marmita.scheduler.process;

import dev.marmita.scheduler.process.ArtifactFetcher.Fetched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Puts what a runner reads into its own folder, as further names of the files in the cache: a runner is
 * never shown the cache itself, where other tenants' artifacts are.
 */
final class Placement {

    private Placement() {}

    static Fetched place(Fetched fetched, ReplicaFolder folder) throws IOException {
        Path bundle = folder.in().resolve("bundle");
        // A runner that was to have this folder before may have got as far.
        Trees.delete(bundle);
        try (Stream<Path> entries = Files.walk(fetched.bundle())) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                Path target = bundle.resolve(fetched.bundle().relativize(entry).toString());
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(target);
                    mode(target, "rwxr-xr-x");
                } else {
                    link(entry, target);
                }
            }
        }
        Map<String, Path> models = new HashMap<>();
        Path place = Files.createDirectories(folder.in().resolve("models"));
        mode(place, "rwxr-xr-x");
        for (Map.Entry<String, Path> model : fetched.models().entrySet()) {
            Path target = place.resolve(String.valueOf(model.getValue().getFileName()));
            if (!Files.exists(target)) {
                link(model.getValue(), target);
            }
            models.put(model.getKey(), target);
        }
        return new Fetched(bundle, models);
    }

    /** The same instead of what is there. */
    static void replace(Path file, Path target) throws IOException {
        Files.deleteIfExists(target);
        link(file, target);
    }

    /**
     * One name more, or a copy where the file system has no such thing. For all to read: the folder it is
     * in says who can.
     */
    static void link(Path file, Path target) throws IOException {
        if (!RunnerFiles.isPlain(file)) {
            throw new IOException(file + " is no plain file");
        }
        try {
            Files.createLink(target, file);
        } catch (UnsupportedOperationException | IOException e) {
            Files.copy(file, target);
        }
        mode(target, "r--r--r--");
    }

    private static void mode(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
