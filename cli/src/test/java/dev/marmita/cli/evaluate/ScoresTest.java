package dev.marmita.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.marmita.cli.api.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Against the published scorers: {@code expected-*.json} is what they print for the made-up cases in
 * {@code scoring/pred} and {@code scoring/truth} (odd letters, lines out of order, missing and invented pages).
 */
class ScoresTest {
    private static final Path CASES = Path.of("src/test/resources/scoring");

    @Test
    void readsTextLikeThePublishedScorer() throws IOException {
        OcrScore score =
                OcrScore.of(Pages.json(CASES.resolve("truth")), Pages.json(CASES.resolve("pred")));
        assertSame(expected("expected-ocr.json"), ScoreReport.json(score), "");
    }

    @Test
    void readsFieldsLikeThePublishedScorer() throws IOException {
        FieldScore score =
                FieldScore.of(
                        Pages.json(CASES.resolve("truth")), Pages.json(CASES.resolve("pred")));
        assertSame(expected("expected-kie.json"), ScoreReport.json(score), "");
    }

    @Test
    void aPerfectPredictionScoresOne() throws IOException {
        Map<String, Page> truth = Pages.json(CASES.resolve("truth"));
        assertThat(OcrScore.of(truth, truth).words().values())
                .allMatch(it -> it.rates().f1() == 1.0);
        assertThat(OcrScore.of(truth, truth).characters().values()).allMatch(it -> it.edits() == 0);
        assertThat(FieldScore.of(truth, truth).allExact()).isEqualTo(1.0);
    }

    @Test
    void noPredictionsScoreZero() throws IOException {
        Map<String, Page> truth = Pages.json(CASES.resolve("truth"));
        OcrScore score = OcrScore.of(truth, Map.of());
        assertThat(score.words().get(OcrScore.Words.EXACT).rates().f1()).isZero();
        assertThat(score.characters().get(OcrScore.Characters.EXACT).micro()).isEqualTo(1.0);
        assertThat(score.unanswered()).isEqualTo(truth.size());
    }

    @Test
    void judgesOtherFieldsOnlyWhereTheTruthHasThem() {
        Page letter = new Page(List.of(), Map.of("producedAt", "2026-03-12", "title", "Ofício"));
        Page note = new Page(List.of(), Map.of("title", "Nota"));
        Page read =
                new Page(
                        List.of(),
                        Map.of("producedAt", "12/03/2026", "title", "Ofício", "cpf", "1"));
        FieldScore score =
                FieldScore.of(Map.of("a", letter, "b", note), Map.of("a", read, "b", read));
        assertThat(score.normal()).containsOnlyKeys("producedAt", "title");
        assertThat(score.normal().get("producedAt")).isEqualTo(new Rates(1, 1, 1));
        assertThat(score.normal().get("title")).isEqualTo(new Rates(1, 2, 2));
    }

    @Test
    void readsMetadataBesideFields() {
        Page page =
                Evaluation.page(
                        Json.parse(
                                """
                                {"fields":{"total":{"value":"9.00"}},
                                 "metadata":{"fields":[{"name":"title","value":"Ofício"},
                                                       {"name":"subject","value":null}]}}
                                """
                                        .getBytes(StandardCharsets.UTF_8)));
        assertThat(page.fields()).containsOnly(entry("total", "9.00"), entry("title", "Ofício"));
    }

    @Test
    void aSavedPageReadsTheSameAgain() {
        Page page =
                new Page(
                        List.of(new Line("A b", Optional.of(new Line.Extent(1, 2.5, 30, 40)))),
                        Map.of("total", "9.00"));
        assertThat(Pages.page(Pages.toJson(page))).isEqualTo(page);
    }

    @Test
    void readsThePublishedFormOfTheSet() throws IOException {
        Path folder = Files.createTempDirectory("sroie");
        Files.createDirectories(folder.resolve("box"));
        Files.createDirectories(folder.resolve("key"));
        Files.write(
                folder.resolve("box/one.csv"),
                "96,41,353,41,353,79,96,79,TAN, WOON\r\n1,2,3\n0,0,1,0,1,1,0,1,CAF\u00c9\n"
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        Files.writeString(folder.resolve("key/one.json"), "{\"company\":\" TAN \",\"total\":8.5}");

        Page page = Pages.truth(folder).get("one");

        assertThat(page.lines()).extracting(Line::text).containsExactly("TAN, WOON", "CAFÉ");
        assertThat(page.lines().getFirst().box()).contains(new Line.Extent(96, 41, 353, 79));
        assertThat(page.fields())
                .containsOnly(Map.entry("company", "TAN"), Map.entry("total", "8.5"));
    }

    @ParameterizedTest
    @CsvSource({
        "25/12/2018,2018-12-25",
        "25-12-18,2018-12-25",
        "25 DEC 2018,2018-12-25",
        "20181225,2018-12-25",
        "2018-12-25,2018-12-25",
        "25.12.2018 (TUE),2018-12-25",
        "12/25/2018,2018-12-25",
        "'Dec 25, 2018',2018-12-25",
        "5 março 2019,2019-03-05",
        "25 de dez,25dedez"
    })
    void putsDatesIntoOneForm(String text, String normal) {
        assertThat(FieldText.date(text)).isEqualTo(normal);
    }

    @ParameterizedTest
    @CsvSource({
        "'RM 1,234.50',1234.50",
        "$8.20,8.20",
        "'R$ 1.234,50',1234.50",
        "9,9.00",
        "'1,000',1000.00",
        "-5.00,-5.00",
        "1'000.5,1000.50",
        "none,none"
    })
    void putsAmountsIntoOneForm(String text, String normal) {
        assertThat(FieldText.amount(text)).isEqualTo(normal);
    }

    @ParameterizedTest
    @CsvSource({"Straße,strasse", "ẞ,ss", "ıI,ıi", "ΟΔΟΣ,οδοσ", "ﬁ,fi", "ꮳᏣ,ᏣᏣ"})
    void foldsCaseLikePython(String text, String folded) {
        assertThat(Texts.fold(text)).isEqualTo(folded);
    }

    private static JsonNode expected(String file) throws IOException {
        return Json.parse(Files.readAllBytes(CASES.resolve(file)));
    }

    private static void assertSame(JsonNode expected, JsonNode actual, String path) {
        for (Map.Entry<String, JsonNode> entry : expected.properties()) {
            String at = path + "/" + entry.getKey();
            JsonNode got = actual.path(entry.getKey());
            if (entry.getValue().isObject()) {
                assertSame(entry.getValue(), got, at);
            } else if (entry.getValue().isNumber()) {
                assertThat(got.asDouble(-1))
                        .as(at)
                        .isCloseTo(entry.getValue().asDouble(), within(1e-12));
            }
        }
    }
}
