package dev.marmita.cli.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How well fields were read (SROIE's third task): right when the texts are the same, or the same in normal form.
 * The four fields of SROIE count in every document; others where the truth has them.
 *
 * @param exact by field
 * @param normal by field, in normal form
 * @param similarity by field: the mean of 1 - edits / longer length over the fields that the truth has
 * @param allExact documents with all their fields right
 * @param allNormal the same in normal form
 */
record FieldScore(
        int documents,
        int unanswered,
        Map<String, Rates> exact,
        Map<String, Rates> normal,
        Map<String, Double> similarity,
        double similarityOfAll,
        double allExact,
        double allNormal) {
    static final List<String> FIELDS = List.of("company", "date", "address", "total");

    static FieldScore of(Map<String, Page> truth, Map<String, Page> predictions) {
        Map<String, Tally> tallies = new LinkedHashMap<>();
        int allExact = 0;
        int allNormal = 0;
        for (Map.Entry<String, Page> document : new TreeMap<>(truth).entrySet()) {
            Map<String, String> wanted = document.getValue().fields();
            Map<String, String> got =
                    predictions.getOrDefault(document.getKey(), Page.EMPTY).fields();
            boolean exact = true;
            boolean normal = true;
            for (String field : judged(truth)) {
                if (!FIELDS.contains(field) && !wanted.containsKey(field)) {
                    continue;
                }
                Verdict verdict = Verdict.of(field, text(wanted, field), text(got, field));
                tallies.computeIfAbsent(field, _ -> new Tally()).add(verdict);
                exact &= verdict.exact() || !verdict.counts();
                normal &= verdict.normal() || !verdict.counts();
            }
            allExact += exact ? 1 : 0;
            allNormal += normal ? 1 : 0;
        }
        return of(truth, predictions, tallies, allExact, allNormal);
    }

    private static FieldScore of(
            Map<String, Page> truth,
            Map<String, Page> predictions,
            Map<String, Tally> tallies,
            int allExact,
            int allNormal) {
        Map<String, Rates> exact = new LinkedHashMap<>();
        Map<String, Rates> normal = new LinkedHashMap<>();
        Map<String, Double> similarity = new LinkedHashMap<>();
        double similaritySum = 0;
        long wanted = 0;
        for (Map.Entry<String, Tally> entry : tallies.entrySet()) {
            Tally tally = entry.getValue();
            exact.put(entry.getKey(), new Rates(tally.exact, tally.predicted, tally.truth));
            normal.put(entry.getKey(), new Rates(tally.normal, tally.predicted, tally.truth));
            similarity.put(entry.getKey(), tally.truth > 0 ? tally.similarity / tally.truth : 1);
            similaritySum += tally.similarity;
            wanted += tally.truth;
        }
        int documents = truth.size();
        return new FieldScore(
                documents,
                (int) truth.keySet().stream().filter(it -> !predictions.containsKey(it)).count(),
                exact,
                normal,
                similarity,
                wanted > 0 ? similaritySum / wanted : 1,
                documents > 0 ? (double) allExact / documents : 0,
                documents > 0 ? (double) allNormal / documents : 0);
    }

    /** SROIE's fields where the truth has any of them, then all others that it has, by name. */
    private static List<String> judged(Map<String, Page> truth) {
        SortedSet<String> named = new TreeSet<>();
        truth.values().forEach(page -> named.addAll(page.fields().keySet()));
        List<String> judged = new ArrayList<>();
        FIELDS.stream().filter(it -> truth.isEmpty() || named.contains(it)).forEach(judged::add);
        named.stream().filter(it -> !FIELDS.contains(it)).forEach(judged::add);
        return judged;
    }

    static Rates sum(Map<String, Rates> fields) {
        return fields.values().stream().reduce(new Rates(0, 0, 0), Rates::plus);
    }

    private static String text(Map<String, String> fields, String name) {
        return Texts.collapse(Texts.nfc(fields.getOrDefault(name, "")));
    }

    private record Verdict(String wanted, String got, boolean exact, boolean normal) {
        static Verdict of(String field, String wanted, String got) {
            boolean exact = !wanted.isEmpty() && wanted.equals(got);
            boolean normal =
                    !wanted.isEmpty()
                            && !got.isEmpty()
                            && (exact
                                    || FieldText.normal(field, wanted)
                                            .equals(FieldText.normal(field, got)));
            return new Verdict(wanted, got, exact, normal);
        }

        boolean counts() {
            return !wanted.isEmpty() || !got.isEmpty();
        }

        double similarity() {
            // Python divides by the lengths before folding.
            int longer = Math.max(length(wanted), length(got));
            return 1 - (double) EditDistance.between(Texts.fold(wanted), Texts.fold(got)) / longer;
        }

        private static int length(String text) {
            return text.codePointCount(0, text.length());
        }
    }

    private static final class Tally {
        private long exact;
        private long normal;
        private long predicted;
        private long truth;
        private double similarity;

        void add(Verdict verdict) {
            exact += verdict.exact() ? 1 : 0;
            normal += verdict.normal() ? 1 : 0;
            predicted += verdict.got().isEmpty() ? 0 : 1;
            if (!verdict.wanted().isEmpty()) {
                truth++;
                similarity += verdict.similarity();
            }
        }
    }
}
