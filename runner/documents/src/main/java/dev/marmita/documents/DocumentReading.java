package dev.marmita.documents;

import dev.marmita.documents.layout.Layout;
import dev.marmita.documents.layout.Row;
import dev.marmita.documents.metadata.TechnicalChecks.PageFacts;
import dev.marmita.documents.source.FileFacts;
import java.util.ArrayList;
import java.util.List;

/**
 * A document, read.
 *
 * @param rows of all pages
 */
record DocumentReading(
        FileFacts facts, List<OcrResponse.Page> pages, List<Row> rows, List<PageFacts> pageFacts) {

    static DocumentReading of(FileFacts facts, List<ReadPage> read) {
        List<OcrResponse.Page> pages = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        List<PageFacts> pageFacts = new ArrayList<>();
        for (ReadPage page : read) {
            rows.addAll(page.rows());
            pages.add(page.page());
            pageFacts.add(page.facts());
        }
        return new DocumentReading(facts, pages, rows, pageFacts);
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
}
