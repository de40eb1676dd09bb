package dev.marmita.documents.ocr;

import dev.marmita.documents.image.Point;
import dev.marmita.documents.image.Quad;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** Puts pieces of an upright page into rows: from top to bottom, each row from left to right. */
final class ReadingOrder {

    /** Width over height of a line that shows the page's slope. */
    private static final double LONG = 4;

    private static final double STEEP = 0.5;

    private ReadingOrder() {}

    /**
     * The pieces row by row.
     *
     * @param box where a piece lies on the upright page
     */
    static <T> List<List<T>> rows(List<T> pieces, Function<T, Quad> box) {
        double slope = slope(pieces, box);
        Function<T, Quad> level = piece -> sheared(box.apply(piece), slope);
        List<List<T>> ordered = new ArrayList<>();
        for (List<T> band : Columns.bands(pieces, level)) {
            ordered.addAll(bandRows(band, level));
        }
        return ordered;
    }

    private static <T> List<List<T>> bandRows(List<T> pieces, Function<T, Quad> level) {
        List<T> sorted = new ArrayList<>(pieces);
        sorted.sort(Comparator.comparingDouble(piece -> level.apply(piece).centre().y()));
        List<Row<T>> rows = new ArrayList<>();
        for (T piece : sorted) {
            Quad quad = level.apply(piece);
            Row<T> last = rows.isEmpty() ? null : rows.getLast();
            if (last != null && last.takes(quad)) {
                last.add(piece, quad);
            } else {
                rows.add(new Row<>(piece, quad));
            }
        }
        List<List<T>> ordered = new ArrayList<>();
        for (Row<T> row : rows) {
            row.pieces.sort(Comparator.comparingDouble(piece -> level.apply(piece).left()));
            ordered.add(List.copyOf(row.pieces));
        }
        return ordered;
    }

    /** How far the page leans: the median slope of its longer lines. */
    private static <T> double slope(List<T> pieces, Function<T, Quad> box) {
        double[] slopes =
                pieces.stream()
                        .map(box)
                        .filter(quad -> quad.width() > LONG * quad.height())
                        .mapToDouble(
                                quad ->
                                        (quad.b().y() - quad.a().y())
                                                / Math.max(1, quad.b().x() - quad.a().x()))
                        .filter(slope -> Math.abs(slope) < STEEP)
                        .sorted()
                        .toArray();
        return slopes.length == 0 ? 0 : slopes[slopes.length / 2];
    }

    private static Quad sheared(Quad quad, double slope) {
        return new Quad(
                sheared(quad.a(), slope),
                sheared(quad.b(), slope),
                sheared(quad.c(), slope),
                sheared(quad.d(), slope));
    }

    private static Point sheared(Point point, double slope) {
        return new Point(point.x(), point.y() - slope * point.x());
    }

    private static final class Row<T> {

        private final List<T> pieces = new ArrayList<>();
        private double middle;
        private double height;

        Row(T first, Quad quad) {
            pieces.add(first);
            middle = quad.centre().y();
            height = quad.height();
        }

        boolean takes(Quad quad) {
            double smaller = Math.min(height, quad.height());
            return Math.abs(quad.centre().y() - middle) < 0.5 * smaller;
        }

        void add(T piece, Quad quad) {
            pieces.add(piece);
            // A running mean follows a tilted row without letting it swallow the next one.
            middle += (quad.centre().y() - middle) / pieces.size();
            height += (quad.height() - height) / pieces.size();
        }
    }
}
