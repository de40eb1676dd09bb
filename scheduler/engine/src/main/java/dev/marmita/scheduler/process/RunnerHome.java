package dev.marmita.scheduler.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The unpacked runner. */
record RunnerHome(Path path) {

    /** Changes with its files. */
    String key() {
        StringBuilder parts = new StringBuilder();
        try (Stream<Path> jars = Files.list(path.resolve("lib"))) {
            for (Path jar : (Iterable<Path>) jars.sorted()::iterator) {
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
}
