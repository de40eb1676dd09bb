package dev.marmita.documents.layout;

import java.util.List;

/**
 * A document's rows in reading order.
 *
 * @param rows of all pages, page by page
 */
public record Layout(List<Row> rows) {

    public Layout {
        rows = List.copyOf(rows);
    }

    /** Rows of one page. */
    public List<Row> page(int number) {
        return rows.stream().filter(row -> row.page() == number).toList();
    }

    /** The first rows, where documents say what they are. */
    public List<Row> head(int count) {
        return rows.subList(0, Math.min(count, rows.size()));
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }
}
