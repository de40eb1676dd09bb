package dev.marmita.cli.evaluate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How well text was read, by the metric of SROIE's second task: per page the words that both sides have (as often
 * as both have them), and the character error rate over the page in reading order.
 *
 * @param pages how many there were
 * @param unanswered pages without a prediction
 * @param words by way of comparing
 * @param characters by way of comparing
 * @param good pages with a case-insensitive F1 of 0.9 or more
 * @param bad pages with a case-insensitive F1 below 0.5
 */
record OcrScore(
        int pages,
        int unanswered,
        Map<Words, WordScore> words,
        Map<Characters, ErrorRate> characters,
        int good,
        int bad) {

    /** Ways of comparing words; the slug is the one of the published scorer. */
    enum Words {
        EXACT("cs", "case-sensitive"),
        ANY_CASE("ci", "case-insensitive"),
        LETTERS_AND_DIGITS("an", "letters and digits"),
        RUNS("run", "alphanumeric runs");

        final String slug;
        final String title;

        Words(String slug, String title) {
            this.slug = slug;
            this.title = title;
        }
    }

    /** Ways of comparing characters. */
    enum Characters {
        EXACT("cs", "case-sensitive"),
        ANY_CASE("ci", "case-insensitive"),
        NO_BLANKS("nb", "ci, no blanks");

        final String slug;
        final String title;

        Characters(String slug, String title) {
            this.slug = slug;
            this.title = title;
        }
    }

    /** @param macroF1 the mean of the pages' F1 */
    record WordScore(Rates rates, double macroF1) {}

    /** Edits per character of the truth: over all, and the mean and median of the pages. */
    record ErrorRate(long edits, long truth, double mean, double median) {
        double micro() {
            return truth > 0 ? (double) edits / truth : 0;
        }
    }

    static OcrScore of(Map<String, Page> truth, Map<String, Page> predictions) {
        Map<Words, List<Rates>> words = new EnumMap<>(Words.class);
        Map<Characters, List<Edits>> edits = new EnumMap<>(Characters.class);
        for (Map.Entry<String, Page> page : new TreeMap<>(truth).entrySet()) {
            List<Line> wanted = page.getValue().lines();
            List<Line> got = predictions.getOrDefault(page.getKey(), Page.EMPTY).lines();
            for (Words way : Words.values()) {
                words.computeIfAbsent(way, _ -> new ArrayList<>()).add(rates(wanted, got, way));
            }
            String wantedText = text(wanted);
            String gotText = text(got);
            for (Characters way : Characters.values()) {
                edits.computeIfAbsent(way, _ -> new ArrayList<>())
                        .add(edits(wantedText, gotText, way));
            }
        }
        Map<Words, WordScore> wordScores = new EnumMap<>(Words.class);
        words.forEach((way, pages) -> wordScores.put(way, wordScore(pages)));
        Map<Characters, ErrorRate> errorRates = new EnumMap<>(Characters.class);
        edits.forEach((way, pages) -> errorRates.put(way, errorRate(pages)));
        List<Rates> anyCase = words.getOrDefault(Words.ANY_CASE, List.of());
        return new OcrScore(
                truth.size(),
                (int) truth.keySet().stream().filter(it -> !predictions.containsKey(it)).count(),
                wordScores,
                errorRates,
                (int) anyCase.stream().filter(it -> it.f1() >= 0.9).count(),
                (int) anyCase.stream().filter(it -> it.f1() < 0.5).count());
    }

    /** The case-insensitive word F1 of one page. */
    static double f1(Page truth, Page prediction) {
        return rates(truth.lines(), prediction.lines(), Words.ANY_CASE).f1();
    }

    private static Rates rates(List<Line> truth, List<Line> prediction, Words way) {
        Map<String, Integer> wanted = count(truth, way);
        Map<String, Integer> got = count(prediction, way);
        long matched = 0;
        for (Map.Entry<String, Integer> word : wanted.entrySet()) {
            matched += Math.min(word.getValue(), got.getOrDefault(word.getKey(), 0));
        }
        return new Rates(matched, sum(got), sum(wanted));
    }

    private static long sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToLong(Integer::longValue).sum();
    }

    private static Map<String, Integer> count(List<Line> lines, Words way) {
        Map<String, Integer> counts = new HashMap<>();
        for (Line line : lines) {
            String exact = Texts.nfc(line.text());
            String text = way == Words.EXACT ? exact : Texts.fold(exact);
            for (String word : way == Words.RUNS ? Texts.runs(text) : Texts.split(text)) {
                String kept = way == Words.LETTERS_AND_DIGITS ? Texts.onlyAlphanumeric(word) : word;
                if (!kept.isEmpty()) {
                    counts.merge(kept, 1, Integer::sum);
                }
            }
        }
        return counts;
    }

    private static String text(List<Line> lines) {
        return Texts.nfc(Texts.collapse(String.join(" ", ReadingOrder.of(lines))));
    }

    private record Edits(int edits, int truth, boolean anyGot) {
        double rate() {
            return truth > 0 ? (double) edits / truth : anyGot ? 1 : 0;
        }
    }

    private static Edits edits(String truth, String prediction, Characters way) {
        String wanted = seen(truth, way);
        String got = seen(prediction, way);
        return new Edits(
                EditDistance.between(wanted, got),
                wanted.codePointCount(0, wanted.length()),
                !got.isEmpty());
    }

    private static String seen(String text, Characters way) {
        return switch (way) {
            case EXACT -> text;
            case ANY_CASE -> Texts.fold(text);
            case NO_BLANKS -> Texts.fold(text).replace(" ", "");
        };
    }

    private static WordScore wordScore(List<Rates> pages) {
        return new WordScore(
                pages.stream().reduce(new Rates(0, 0, 0), Rates::plus),
                pages.stream().mapToDouble(Rates::f1).average().orElse(0));
    }

    private static ErrorRate errorRate(List<Edits> pages) {
        double[] sorted = pages.stream().mapToDouble(Edits::rate).sorted().toArray();
        double mean = pages.stream().mapToDouble(Edits::rate).average().orElse(0);
        int half = sorted.length / 2;
        double median =
                sorted.length == 0
                        ? 0
                        : sorted.length % 2 == 1
                                ? sorted[half]
                                : (sorted[half - 1] + sorted[half]) / 2;
        return new ErrorRate(
                pages.stream().mapToLong(Edits::edits).sum(),
                pages.stream().mapToLong(Edits::truth).sum(),
                mean,
                median);
    }
}
