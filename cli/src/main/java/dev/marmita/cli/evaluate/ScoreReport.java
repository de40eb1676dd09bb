package dev.marmita.cli.evaluate;

import dev.marmita.cli.api.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Scores as text and as JSON, both in the words of the published scorers. */
final class ScoreReport {
    private ScoreReport() {}

    static List<String> lines(OcrScore score) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "pages %d  without prediction %d  F1>=0.9: %d  F1<0.5: %d"
                        .formatted(score.pages(), score.unanswered(), score.good(), score.bad()));
        score.words()
                .forEach(
                        (way, it) ->
                                lines.add(
                                        format(
                                                "words %-19s P %.4f  R %.4f  F1 %.4f  macro F1 %.4f   (%d/%d of %d)",
                                                way.title,
                                                it.rates().precision(),
                                                it.rates().recall(),
                                                it.rates().f1(),
                                                it.macroF1(),
                                                it.rates().matched(),
                                                it.rates().predicted(),
                                                it.rates().truth())));
        score.characters()
                .forEach(
                        (way, it) ->
                                lines.add(
                                        format(
                                                "CER   %-19s micro %.4f  page mean %.4f  page median %.4f",
                                                way.title, it.micro(), it.mean(), it.median())));
        return lines;
    }

    static List<String> lines(FieldScore score) {
        List<String> lines = new ArrayList<>();
        lines.add(
                format(
                        "documents %d  without prediction %d  all fields right: exact %.4f  norm %.4f",
                        score.documents(),
                        score.unanswered(),
                        score.allExact(),
                        score.allNormal()));
        lines.add(line("exact", "ALL", FieldScore.sum(score.exact()), ""));
        score.exact().forEach((field, rates) -> lines.add(line("exact", field, rates, "")));
        lines.add(
                line(
                        "norm",
                        "ALL",
                        FieldScore.sum(score.normal()),
                        similarity(score.similarityOfAll())));
        score.normal()
                .forEach(
                        (field, rates) ->
                                lines.add(
                                        line(
                                                "norm",
                                                field,
                                                rates,
                                                similarity(
                                                        score.similarity()
                                                                .getOrDefault(field, 1.0)))));
        return lines;
    }

    private static String similarity(double value) {
        return format("  sim %.4f", value);
    }

    private static String line(String way, String field, Rates rates, String end) {
        return format(
                        "%-5s %-10s P %.4f  R %.4f  F1 %.4f  (%d/%d of %d)",
                        way,
                        field,
                        rates.precision(),
                        rates.recall(),
                        rates.f1(),
                        rates.matched(),
                        rates.predicted(),
                        rates.truth())
                + end;
    }

    static ObjectNode json(OcrScore score) {
        ObjectNode node = Json.object();
        node.put("pages", score.pages()).put("pages_without_prediction", score.unanswered());
        score.words()
                .forEach(
                        (way, it) ->
                                node.putObject("words_" + way.slug)
                                        .put("precision", it.rates().precision())
                                        .put("recall", it.rates().recall())
                                        .put("f1", it.rates().f1())
                                        .put("macro_f1", it.macroF1())
                                        .put("matched", it.rates().matched())
                                        .put("predicted", it.rates().predicted())
                                        .put("truth", it.rates().truth()));
        score.characters()
                .forEach(
                        (way, it) ->
                                node.putObject("cer_" + way.slug)
                                        .put("micro", it.micro())
                                        .put("mean", it.mean())
                                        .put("median", it.median())
                                        .put("edits", it.edits())
                                        .put("truth_chars", it.truth()));
        return node.put("pages_f1_ci_ge_0.9", score.good()).put("pages_f1_ci_lt_0.5", score.bad());
    }

    static ObjectNode json(FieldScore score) {
        ObjectNode node = Json.object();
        node.put("documents", score.documents()).put("without_prediction", score.unanswered());
        node.putObject("all_fields_right")
                .put("exact", score.allExact())
                .put("norm", score.allNormal());
        rates(node.putObject("exact"), score.exact());
        rates(node.putObject("norm"), score.normal());
        ObjectNode similarity = node.putObject("sim").put("all", score.similarityOfAll());
        score.similarity().forEach(similarity::put);
        return node;
    }

    private static void rates(ObjectNode node, Map<String, Rates> fields) {
        put(node, FieldScore.sum(fields));
        ObjectNode each = node.putObject("fields");
        fields.forEach((field, rates) -> put(each.putObject(field), rates));
    }

    private static void put(ObjectNode node, Rates rates) {
        node.put("precision", rates.precision())
                .put("recall", rates.recall())
                .put("f1", rates.f1())
                .put("right", rates.matched())
                .put("predicted", rates.predicted())
                .put("truth", rates.truth());
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
