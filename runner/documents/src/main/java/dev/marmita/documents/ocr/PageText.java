package dev.marmita.documents.ocr;

import java.util.List;

/**
 * The text of a page in reading order.
 *
 * @param quarters how many times the page must be turned clockwise by 90 degrees to be upright
 * @param rows pieces beside each other, from left to right, row by row from top to bottom; boxes in
 *     pixels of the page as it was given
 */
public record PageText(int quarters, List<List<TextLine>> rows) {

    public PageText {
        rows = rows.stream().map(List::copyOf).toList();
    }

    /**
     * Orders the lines of a page.
     *
     * @param width of the page as it was given, before any turn
     */
    public static PageText of(int quarters, List<TextLine> lines, double width, double height) {
        return new PageText(
                quarters,
                ReadingOrder.rows(lines, line -> line.box().onTurnedPage(quarters, width, height)));
    }

    /** All lines in reading order. */
    public List<TextLine> lines() {
        return rows.stream().flatMap(List::stream).toList();
    }
}
