package dev.marmita.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A folder of pages with their true lines: {@code img/NAME.jpg} beside {@code truth/NAME.json}. */
record Truth(Path folder) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** The pages in order of their names; the folder's own files where it has no {@code img}. */
    List<Path> pages() {
        Path images = Files.isDirectory(folder.resolve("img")) ? folder.resolve("img") : folder;
        try (Stream<Path> files = Files.list(images)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches("(?i).*\\.(jpe?g|png|tiff?|pdf)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The true lines of a page; empty where there is no truth. */
    List<String> lines(Path page) {
        Path file = folder.resolve("truth").resolve(id(page) + ".json");
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        for (JsonNode line : JSON.readTree(file).path("lines")) {
            lines.add(line.path("text").asString());
        }
        return lines;
    }

    static String id(Path page) {
        String name = page.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }
}
