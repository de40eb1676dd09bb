package dev.marmita.benchmarks;

import dev.marmita.documents.ExtractResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a folder of documents and writes one prediction for each, in the form that the published
 * scorers take ({@code lines} with boxes, {@code fields} as plain values).
 */
public final class DocumentsAccuracy {

    private DocumentsAccuracy() {}

    /**
     * @param arguments folder, folder for the predictions, [cores]
     */
    public static void main(String[] arguments) throws IOException {
        Truth truth = new Truth(Path.of(arguments[0]));
        Path predictions = Path.of(arguments[1]);
        Files.createDirectories(predictions);
        int cores =
                arguments.length > 2
                        ? Integer.parseInt(arguments[2])
                        : Runtime.getRuntime().availableProcessors();
        WordScore words = new WordScore(false);
        WordScore runs = new WordScore(true);
        long start = System.nanoTime();
        List<Path> pages = truth.pages();
        try (MarmitaReader reader = new MarmitaReader(cores)) {
            for (Path page : pages) {
                ExtractResponse answer = reader.extract(page);
                List<String> lines =
                        answer.pages().stream()
                                .flatMap(one -> one.lines().stream())
                                .map(line -> line.text())
                                .toList();
                words.add(lines, truth.lines(page));
                runs.add(lines, truth.lines(page));
                Files.writeString(predictions.resolve(Truth.id(page) + ".json"), json(answer));
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%d documents, %.2f per second, word F1 %.4f, runs F1 %.4f%n",
                pages.size(),
                pages.size() / seconds,
                words.f1(),
                runs.f1());
    }

    private static String json(ExtractResponse answer) {
        Map<String, Object> prediction = new LinkedHashMap<>();
        prediction.put(
                "fields",
                answer.fields().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey, field -> field.getValue().value())));
        prediction.put(
                "lines", answer.pages().stream().flatMap(one -> one.lines().stream()).toList());
        return JsonMapper.shared().writeValueAsString(prediction);
    }
}
