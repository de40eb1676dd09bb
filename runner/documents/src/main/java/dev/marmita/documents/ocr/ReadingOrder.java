package dev.marmita.documents.ocr;

import dev.marmita.documents.image.Quad;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** Puts pieces of an upright page into rows: from top to bottom, each row from left to right. */
final class ReadingOrder {

    private ReadingOrder() {}

    /**
     * The pieces row by row.
     *
     * @param box where a piece lies on the upright page
     */
    static <T> List<List<T>> rows(List<T> pieces, Function<T, Quad> box) {
        List<T> sorted = new ArrayList<>(pieces);
        sorted.sort(Comparator.comparingDouble(piece -> box.apply(piece).centre().y()));
        List<Row<T>> rows = new ArrayList<>();
        for (T piece : sorted) {
            Quad quad = box.apply(piece);
            Row<T> last = rows.isEmpty() ? null : rows.getLast();
            if (last != null && last.takes(quad)) {
                last.add(piece, quad);
            } else {
                rows.add(new Row<>(piece, quad));
            }
        }
        List<List<T>> ordered = new ArrayList<>();
        for (Row<T> row : rows) {
            row.pieces.sort(Comparator.comparingDouble(piece -> box.apply(piece).left()));
            ordered.add(List.copyOf(row.pieces));
        }
        return ordered;
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
