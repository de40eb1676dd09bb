package dev.marmita.documents;

import dev.marmita.documents.image.Quad;
import dev.marmita.documents.layout.Layout;
import dev.marmita.documents.layout.Piece;
import dev.marmita.documents.layout.Row;
import dev.marmita.documents.metadata.TechnicalChecks.PageFacts;
import dev.marmita.documents.ocr.Checkpoint;
import dev.marmita.documents.ocr.OcrEngine;
import dev.marmita.documents.ocr.PageText;
import dev.marmita.documents.ocr.Stages;
import dev.marmita.documents.ocr.TextLine;
import dev.marmita.documents.source.FileFacts;
import dev.marmita.documents.source.PageReader;
import dev.marmita.documents.source.SourcePage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A document read page by page; a page's pixels are gone before the next is decoded.
 *
 * @param rows of all pages
 */
record DocumentReading(
        FileFacts facts, List<OcrResponse.Page> pages, List<Row> rows, List<PageFacts> pageFacts) {

    static DocumentReading of(
            PageReader reader,
            List<Integer> indexes,
            OcrEngine engine,
            Checkpoint checkpoint,
            Stages stages) {
        List<OcrResponse.Page> pages = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        List<PageFacts> facts = new ArrayList<>();
        for (int index : indexes) {
            checkpoint.pass();
            long start = System.nanoTime();
            SourcePage page = reader.read(index);
            stages.record("decode", System.nanoTime() - start);
            PageText text =
                    page.image().isPresent()
                            ? scaled(
                                    engine.read(page.image().get(), checkpoint, stages),
                                    page.scale())
                            : PageText.of(0, page.textLayer(), page.width(), page.height());
            int number = index + 1;
            rows.addAll(rows(text, number, page));
            pages.add(page(text, number, page));
            facts.add(new PageFacts(page.resolution(), page.colour(), page.compression()));
        }
        return new DocumentReading(reader.facts(), pages, rows, facts);
    }

    Layout layout() {
        return new Layout(rows);
    }

    /** Row by row, an empty line between pages. */
    String text() {
        StringBuilder text = new StringBuilder();
        int page = rows.isEmpty() ? 0 : rows.getFirst().page();
        for (Row row : rows) {
            if (row.page() != page) {
                text.append('\n');
                page = row.page();
            }
            text.append(row.text()).append('\n');
        }
        return text.toString();
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
