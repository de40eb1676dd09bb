package dev.marmita.scheduler.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The backend's own folders: nobody else's, but where runners of other users have to pass through. */
final class Folders {

    private static final List<String> PRIVATE = List.of("cache", "logs", "aot", "optimised");

    private Folders() {}

    /** Makes them. */
    static void open(Path home, Path replicas, Sandbox sandbox) throws IOException {
        String passage = sandbox.needsPassage() ? "rwx--x--x" : "rwx------";
        Files.createDirectories(replicas);
        mode(home, passage);
        mode(replicas, passage);
        for (String name : PRIVATE) {
            mode(Files.createDirectories(home.resolve(name)), "rwx------");
        }
    }

    private static void mode(Path folder, String permissions) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
    }
}
