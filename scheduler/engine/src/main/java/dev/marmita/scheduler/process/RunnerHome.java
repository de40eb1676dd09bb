package dev.marmita.scheduler.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The unpacked runner. */
record RunnerHome(Path path) {

    /** Changes with its files. */
    String key() {
        StringBuilder parts = new StringBuilder();
        try {
            for (Path jar : jars()) {
                parts.append(jar.getFileName())
                        .append(' ')
                        .append(Files.size(jar))
                        .append(' ')
                        .append(Files.getLastModifiedTime(jar).toMillis())
                        .append('\n');
            }
            return parts.toString();
        } catch (IOException e) {
            return "unknown";
        }
    }

    /**
     * All of its jars. In an order of their own: an AOT cache fits one order only, and a wildcard takes
     * the folder's, which differs between copies.
     */
    String classPath() {
        try {
            return jars().stream()
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        } catch (IOException e) {
            return path.resolve("lib") + "/*";
        }
    }

    private List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(path.resolve("lib"))) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }
}
