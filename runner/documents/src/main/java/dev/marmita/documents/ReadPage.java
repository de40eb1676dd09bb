package dev.marmita.documents;

import dev.marmita.documents.image.Quad;
import dev.marmita.documents.layout.Piece;
import dev.marmita.documents.layout.Row;
import dev.marmita.documents.metadata.TechnicalChecks.PageFacts;
import dev.marmita.documents.ocr.PageText;
import dev.marmita.documents.ocr.TextLine;
import dev.marmita.documents.source.SourcePage;
import java.util.List;
import java.util.stream.Collectors;

/** What was read on a page, without its pixels. */
record ReadPage(OcrResponse.Page page, List<Row> rows, PageFacts facts) {

    /**
     * @param text in pixels of the page's image
     * @param number of the page, from 1
     */
    static ReadPage of(SourcePage page, PageText text, int number) {
        PageText scaled = scaled(text, page.scale());
        return new ReadPage(
                page(scaled, number, page),
                rows(scaled, number, page),
                new PageFacts(page.resolution(), page.colour(), page.compression()));
    }

    private static PageText scaled(PageText text, double factor) {
        if (factor == 1) {
            return text;
        }
        return new PageText(
                text.quarters(),
                text.rows().stream()
                        .map(
                                row ->
                                        row.stream()
                                                .map(
                                                        line ->
                                                                new TextLine(
                                                                        line.text(),
                                                                        line.confidence(),
                                                                        line.box().scaled(factor)))
                                                .toList())
                        .toList());
    }

    private static List<Row> rows(PageText text, int number, SourcePage page) {
        return text.rows().stream()
                .map(
                        row ->
                                new Row(
                                        number,
                                        row.stream()
                                                .map(line -> piece(line, text.quarters(), page))
                                                .toList()))
                .toList();
    }

    private static Piece piece(TextLine line, int quarters, SourcePage page) {
        Quad upright = line.box().onTurnedPage(quarters, page.width(), page.height());
        return new Piece(line.text(), line.confidence(), upright, line.box());
    }

    private static OcrResponse.Page page(PageText text, int number, SourcePage page) {
        return new OcrResponse.Page(
                number,
                page.width(),
                page.height(),
                page.dpi(),
                90 * text.quarters(),
                page.image().isPresent() ? "ocr" : "text-layer",
                text.lines().stream()
                        .map(
                                line ->
                                        new OcrResponse.Line(
                                                line.text(),
                                                Wire.rounded(line.confidence()),
                                                Wire.box(line.box())))
                        .collect(Collectors.toList()));
    }
}
