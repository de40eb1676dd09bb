package dev.marmita.documents.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.documents.image.Point;
import dev.marmita.documents.image.Quad;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingOrderTest {

    @Test
    void readsRowsFromTopToBottomAndLeftToRight() {
        List<TextLine> lines =
                List.of(
                        line("d", 300, 52, 0),
                        line("b", 300, 10, 0),
                        line("c", 0, 50, 0),
                        line("a", 0, 12, 0));
        assertThat(texts(PageText.of(0, lines, 500, 100)))
                .containsExactly(List.of("a", "b"), List.of("c", "d"));
    }

    @Test
    void keepsTheRowsOfALeaningPage() {
        // Three degrees: over 600 pixels a row sinks by more than its height.
        List<TextLine> lines =
                List.of(
                        line("a", 0, 0, 3),
                        line("b", 600, 31, 3),
                        line("c", 0, 30, 3),
                        line("d", 600, 61, 3));
        assertThat(texts(PageText.of(0, lines, 800, 100)))
                .containsExactly(List.of("a", "b"), List.of("c", "d"));
    }

    @Test
    void readsATurnedPageAsItWillStand() {
        // A page on its head: what is right below is first.
        List<TextLine> lines = List.of(line("second", 0, 0, 0), line("first", 0, 80, 0));
        assertThat(texts(PageText.of(2, lines, 200, 100)))
                .containsExactly(List.of("first"), List.of("second"));
    }

    @Test
    void readsColumnsOfRunningTextOneAfterTheOther() {
        List<TextLine> lines = new ArrayList<>();
        lines.add(wide("title", 100, 0, 500));
        for (int i = 0; i < 6; i++) {
            lines.add(wide("right" + i, 360, 50 + 30 * i, 300));
            lines.add(wide("left" + i, 0, 52 + 30 * i, 300));
        }
        lines.add(wide("foot", 0, 300, 660));
        assertThat(PageText.of(0, lines, 700, 400).lines())
                .extracting(TextLine::text)
                .containsExactly(
                        "title", "left0", "left1", "left2", "left3", "left4", "left5", "right0",
                        "right1", "right2", "right3", "right4", "right5", "foot");
    }

    @Test
    void keepsNamesAndPricesInOneRow() {
        List<TextLine> lines = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            lines.add(wide("name" + i, 0, 30 * i, 300));
            lines.add(wide("price" + i, 500, 30 * i, 60));
        }
        assertThat(PageText.of(0, lines, 700, 400).rows())
                .hasSize(8)
                .allSatisfy(row -> assertThat(row).hasSize(2));
    }

    private static TextLine wide(String text, double left, double top, double width) {
        return new TextLine(text, 1, Quad.of(left, top, left + width, top + 20));
    }

    private static List<List<String>> texts(PageText page) {
        return page.rows().stream().map(row -> row.stream().map(TextLine::text).toList()).toList();
    }

    private static TextLine line(String text, double left, double top, double degrees) {
        double dx = 120 * Math.cos(Math.toRadians(degrees));
        double dy = 120 * Math.sin(Math.toRadians(degrees));
        return new TextLine(
                text,
                1,
                new Quad(
                        new Point(left, top),
                        new Point(left + dx, top + dy),
                        new Point(left + dx, top + dy + 20),
                        new Point(left, top + 20)));
    }
}
