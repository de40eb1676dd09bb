package dev.marmita.cli.evaluate;

import dev.marmita.cli.command.CommandException;
import dev.marmita.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Documents and what is on them, by id.
 *
 * @param files the same ids as {@code truth}
 */
record DocumentSet(SortedMap<String, Path> files, Map<String, Page> truth) {

    /** The first {@code limit} documents of the folder that have both an image and truth. */
    static DocumentSet open(Path folder, int limit) throws IOException {
        Path images = folder.resolve("img");
        Map<String, Page> truth = Pages.truth(folder);
        if (!Files.isDirectory(images) || truth.isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "%s needs a folder img with documents, and truth/*.json or box/*.csv"
                            .formatted(folder));
        }
        SortedMap<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(images)) {
            all.filter(it -> truth.containsKey(Pages.id(it)))
                    .sorted()
                    .limit(limit)
                    .forEach(it -> files.put(Pages.id(it), it));
        }
        if (files.isEmpty()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "no document in %s has truth of the same name".formatted(images));
        }
        Map<String, Page> chosen = new TreeMap<>(truth);
        chosen.keySet().retainAll(files.keySet());
        return new DocumentSet(files, chosen);
    }

    boolean hasFields() {
        return truth.values().stream().anyMatch(it -> !it.fields().isEmpty());
    }

    /** With the items that only public bodies must fill, where the truth has one of them. */
    String extractRoute() {
        boolean publicBody =
                truth.values().stream().anyMatch(it -> it.fields().containsKey("producedAt"));
        return publicBody ? "extract?publicBody=true" : "extract";
    }
}
