package dev.marmita.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.documents.layout.Folding;
import dev.marmita.documents.testing.Files;
import dev.marmita.documents.testing.LocalContext;
import dev.marmita.documents.testing.OrtModel;
import dev.marmita.documents.testing.Requests;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Content;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole service on real models and the sample documents. */
class DocumentServiceTest {

    private static LocalContext context;
    private static List<OrtModel> models;
    private static DocumentService service;

    @BeforeAll
    static void open() {
        context = new LocalContext(2, Map.of("MAX_PAGES", "3"));
        models =
                List.of(
                        OrtModel.open(OrtModel.DETECTOR, 2),
                        OrtModel.open(OrtModel.CLASSIFIER, 1),
                        OrtModel.open(OrtModel.RECOGNISER, 1));
        service = new DocumentService(models.get(0), models.get(1), models.get(2), context);
    }

    @AfterAll
    static void close() {
        models.forEach(OrtModel::close);
        context.close();
    }

    @ParameterizedTest
    @CsvSource({
        "oficio.pdf, 0.95",
        "contrato.tiff, 0.95",
        "cupom.jpg, 0.97",
        "recibo.jpg, 0.97",
        "formulario.png, 0.97",
        "relatorio.pdf, 1.0"
    })
    void readsTheWordsOfTheSamples(String name, double share) throws IOException {
        OcrResponse answer = service.ocr(Requests.ocr(Files.sample(name)), Requests.context());
        List<String> found = words(answer.text());
        List<String> truth = words(truth(name));
        List<String> left = new ArrayList<>(found);
        long hits = truth.stream().filter(left::remove).count();
        assertThat((double) hits / truth.size())
                .as("found %s of %s", found, truth)
                .isGreaterThanOrEqualTo(share);
    }

    @Test
    void describesAReceipt() {
        ExtractResponse answer = extract(Files.sample("cupom.jpg"), false);
        assertThat(answer.fields().get("total").normalised()).contains("77.32");
        assertThat(answer.fields().get("date").normalised()).contains("2026-03-05");
        assertThat(answer.fields().get("cnpj").value()).isEqualTo("12.345.678/0001-95");
        assertThat(answer.fields().get("company").value()).isEqualTo("MERCADO BOA COLHEITA LTDA");
        assertThat(value(answer, "documentType")).contains("cupom fiscal");
        assertThat(status(answer, "digitisedBy")).isEqualTo("missing");
        assertThat(answer.metadata().fields()).hasSize(9);
        assertThat(answer.technical().checks()).hasSize(4);
    }

    @Test
    void describesALetterWithTheItemsOfPublicBodies() {
        ExtractResponse answer = extract(Files.sample("oficio.pdf"), true);
        assertThat(value(answer, "documentType")).contains("ofício");
        assertThat(value(answer, "producedAt")).contains("2026-03-12, Serra Bonita");
        assertThat(value(answer, "subject").map(Folding::fold))
                .contains("transferencia de documentos para guarda permanente");
        assertThat(value(answer, "genre")).contains("textual");
        assertThat(status(answer, "retention")).isEqualTo("missing");
        assertThat(answer.technical().checks().getFirst().ok()).contains(true);
    }

    @Test
    void numbersThePagesAndPutsBoxesInside() {
        OcrResponse answer =
                service.ocr(Requests.ocr(Files.sample("contrato.tiff")), Requests.context());
        assertThat(answer.pages()).extracting(OcrResponse.Page::number).containsExactly(1, 2);
        for (OcrResponse.Page page : answer.pages()) {
            assertThat(page.dpi()).contains(300);
            assertThat(page.lines())
                    .allSatisfy(
                            line -> {
                                assertThat(line.box()).hasSize(4);
                                assertThat(line.box().getFirst().getFirst())
                                        .isBetween(-20, page.width());
                                assertThat(line.confidence()).isBetween(0.5, 1.0);
                            });
        }
    }

    @Test
    void readsOnlyTheChosenPages() {
        var request =
                new OcrRequest(Files.sample("contrato.tiff"), Optional.of("2"), Optional.empty());
        OcrResponse answer = service.ocr(request, Requests.context());
        assertThat(answer.pages()).extracting(OcrResponse.Page::number).containsExactly(2);
        assertThat(answer.text()).contains("4.850,00").doesNotContain("CONTRATANTE");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 270", "2, 180", "3, 90"})
    void readsPagesThatWereTurned(int quarters, int rotation) {
        BufferedImage upright =
                Files.page(
                        700,
                        500,
                        BufferedImage.TYPE_BYTE_GRAY,
                        "The quick brown fox",
                        "jumps over the lazy dog",
                        "while seven wizards watch",
                        "from the garden wall");
        byte[] png = Files.encoded(turned(upright, quarters), "png");
        OcrResponse answer = service.ocr(Requests.ocr(Files.content(png)), Requests.context());
        assertThat(answer.pages().getFirst().rotation()).isEqualTo(rotation);
        assertThat(answer.text().lines())
                .containsExactly(
                        "The quick brown fox",
                        "jumps over the lazy dog",
                        "while seven wizards watch",
                        "from the garden wall");
    }

    @Test
    void readsAnEmptyPageAsEmpty() {
        byte[] blank = Files.encoded(Files.page(300, 300, BufferedImage.TYPE_BYTE_GRAY), "png");
        ExtractResponse answer = extract(Files.content(blank), true);
        assertThat(answer.pages().getFirst().lines()).isEmpty();
        assertThat(answer.text()).isEmpty();
        assertThat(answer.fields()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 4000", "4000, 1", "31, 7"})
    void readsPagesOfOddShape(int width, int height) {
        byte[] png = Files.encoded(Files.page(width, height, BufferedImage.TYPE_BYTE_GRAY), "png");
        assertThat(service.ocr(Requests.ocr(Files.content(png)), Requests.context()).pages())
                .hasSize(1);
    }

    @Test
    void stopsBetweenLinesOnceNobodyWaits() {
        AtomicInteger asked = new AtomicInteger();
        assertThatThrownBy(
                        () ->
                                service.ocr(
                                        Requests.ocr(Files.sample("cupom.jpg")),
                                        Requests.context(() -> asked.incrementAndGet() > 5)))
                .isInstanceOf(CancellationException.class);
        assertThat(asked.get()).isGreaterThan(5);
    }

    @Test
    void answersRequestsBesideEachOtherAlike() {
        var requests =
                List.of("cupom.jpg", "recibo.jpg", "cupom.jpg", "recibo.jpg").stream()
                        .map(
                                name ->
                                        CompletableFuture.supplyAsync(
                                                () ->
                                                        service.ocr(
                                                                        Requests.ocr(
                                                                                Files.sample(name)),
                                                                        Requests.context())
                                                                .text()))
                        .toList();
        List<String> texts = requests.stream().map(CompletableFuture::join).toList();
        assertThat(texts.get(0)).isEqualTo(texts.get(2)).contains("TROCO");
        assertThat(texts.get(1)).isEqualTo(texts.get(3)).contains("RECIBO");
    }

    @Test
    void refusesAnUnknownKind() {
        var plain = Requests.extract(Files.sample("recibo.jpg"));
        assertThatThrownBy(
                        () -> service.extract(Requests.ofKind(plain, "poem"), Requests.context()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("handwritten-colour");
    }

    @Test
    void refusesAnEnvironmentThatMakesNoSense() {
        try (var odd = new LocalContext(1, Map.of("MAX_PAGES", "many"))) {
            assertThatThrownBy(
                            () ->
                                    new DocumentService(
                                            models.get(0), models.get(1), models.get(2), odd))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("MAX_PAGES");
        }
    }

    private static ExtractResponse extract(Content document, boolean publicBody) {
        return service.extract(Requests.extract(document, publicBody), Requests.context());
    }

    private static Optional<String> value(ExtractResponse answer, String item) {
        return field(answer, item).value();
    }

    private static String status(ExtractResponse answer, String item) {
        return field(answer, item).status();
    }

    private static ExtractResponse.MetadataField field(ExtractResponse answer, String item) {
        return answer.metadata().fields().stream()
                .filter(field -> field.name().equals(item))
                .findFirst()
                .orElseThrow();
    }

    /** Runs of letters and digits without accents, which the models cannot all print. */
    private static List<String> words(String text) {
        return Pattern.compile("[a-z0-9]+")
                .matcher(Folding.fold(text))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toList());
    }

    private static String truth(String name) throws IOException {
        String file = "/samples/" + name.substring(0, name.indexOf('.')) + ".txt";
        try (var in = DocumentServiceTest.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static BufferedImage turned(BufferedImage image, int quarters) {
        BufferedImage out = image;
        for (int i = 0; i < quarters; i++) {
            BufferedImage next = new BufferedImage(out.getHeight(), out.getWidth(), out.getType());
            for (int y = 0; y < out.getHeight(); y++) {
                for (int x = 0; x < out.getWidth(); x++) {
                    next.getRaster()
                            .setSample(
                                    out.getHeight() - 1 - y,
                                    x,
                                    0,
                                    out.getRaster().getSample(x, y, 0));
                }
            }
            out = next;
        }
        return out;
    }
}
