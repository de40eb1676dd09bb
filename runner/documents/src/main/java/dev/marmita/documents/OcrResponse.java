package dev.marmita.documents;

import java.util.List;
import java.util.Optional;

/**
 * The text of a document.
 *
 * @param text all pages, row by row, pages separated by an empty line
 */
public record OcrResponse(List<Page> pages, String text) {

    /**
     * A page.
     *
     * @param number from 1
     * @param width in pixels, in which the boxes are given
     * @param height in pixels
     * @param dpi how many of these pixels make an inch, where the file tells
     * @param rotation degrees by which the page must be turned clockwise to be upright
     * @param source {@code ocr}, or {@code text-layer} where the file itself held the text
     * @param lines in reading order
     */
    public record Page(
            int number,
            int width,
            int height,
            Optional<Integer> dpi,
            int rotation,
            String source,
            List<Line> lines) {}

    /**
     * A piece of text on one line.
     *
     * @param confidence 0 to 1
     * @param box corners x, y: top left, top right, bottom right, bottom left of the upright text
     */
    public record Line(String text, double confidence, List<List<Integer>> box) {}
}
