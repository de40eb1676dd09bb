package dev.marmita.benchmarks;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Micro F1 over words, case ignored, as in SROIE's task 2: per page the multiset intersection of words
 * are the hits. Words are cut at white space, or are runs of letters and digits.
 */
final class WordScore {

    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern RUN =
            Pattern.compile("[\\p{L}\\p{N}]+", Pattern.UNICODE_CHARACTER_CLASS);

    private final boolean runs;
    private long hits;
    private long predicted;
    private long expected;

    WordScore(boolean runs) {
        this.runs = runs;
    }

    void add(List<String> prediction, List<String> truth) {
        Map<String, Integer> right = count(truth);
        Map<String, Integer> found = count(prediction);
        found.forEach((word, times) -> hits += Math.min(times, right.getOrDefault(word, 0)));
        predicted += found.values().stream().mapToInt(Integer::intValue).sum();
        expected += right.values().stream().mapToInt(Integer::intValue).sum();
    }

    double f1() {
        return predicted + expected == 0 ? 0 : 2.0 * hits / (predicted + expected);
    }

    private Map<String, Integer> count(List<String> lines) {
        Map<String, Integer> words = new HashMap<>();
        for (String line : lines) {
            String folded =
                    Normalizer.normalize(line, Normalizer.Form.NFC)
                            .toUpperCase(Locale.ROOT)
                            .toLowerCase(Locale.ROOT);
            Stream<String> cut =
                    runs
                            ? RUN.matcher(folded).results().map(MatchResult::group)
                            : BLANKS.splitAsStream(folded);
            cut.filter(word -> !word.isEmpty()).forEach(word -> words.merge(word, 1, Integer::sum));
        }
        return words;
    }
}
