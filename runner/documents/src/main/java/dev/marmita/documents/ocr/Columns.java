package dev.marmita.documents.ocr;

import dev.marmita.documents.image.Quad;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Tells two columns of running text from rows that only have a gap, such as names and prices: columns
 * are long lines on both sides of a gutter, many of them, at the same height.
 */
final class Columns {

    private static final int FEW = 5;

    /** Width over height of a line of running text. */
    private static final double LONG = 8;

    /** Lines across the gutter, such as titles, for each line beside it. */
    private static final double ACROSS = 0.2;

    private static final int CANDIDATES = 41;

    private Columns() {}

    /**
     * The pieces in bands to be read one after another; one band where there are no columns.
     *
     * @param box where a piece lies on the upright, level page
     */
    static <T> List<List<T>> bands(List<T> pieces, Function<T, Quad> box) {
        List<Quad> boxes = pieces.stream().map(box).toList();
        double left = boxes.stream().mapToDouble(Quad::left).min().orElse(0);
        double right = boxes.stream().mapToDouble(Quad::right).max().orElse(0);
        double best = Double.NaN;
        long fewest = Long.MAX_VALUE;
        for (int i = 0; i < CANDIDATES; i++) {
            double gutter = left + (right - left) * (0.3 + 0.4 * i / (CANDIDATES - 1));
            long across = boxes.stream().filter(one -> crosses(one, gutter)).count();
            if (across < fewest && isGutter(boxes, gutter, across)) {
                best = gutter;
                fewest = across;
            }
        }
        return Double.isNaN(best) ? List.of(pieces) : split(pieces, box, best);
    }

    private static boolean isGutter(List<Quad> boxes, double gutter, long across) {
        List<Quad> before = running(boxes.stream().filter(one -> one.right() <= gutter).toList());
        List<Quad> after = running(boxes.stream().filter(one -> one.left() >= gutter).toList());
        if (before.size() < FEW
                || after.size() < FEW
                || across > ACROSS * (before.size() + after.size())) {
            return false;
        }
        double top = Math.max(top(before), top(after));
        double bottom = Math.min(bottom(before), bottom(after));
        double shorter = Math.min(bottom(before) - top(before), bottom(after) - top(after));
        return bottom - top > 0.5 * shorter;
    }

    /** The lines of running text, if most lines are. */
    private static List<Quad> running(List<Quad> boxes) {
        List<Quad> running =
                boxes.stream().filter(one -> one.width() > LONG * one.height()).toList();
        return 2 * running.size() > boxes.size() ? running : List.of();
    }

    private static double top(List<Quad> boxes) {
        return boxes.stream().mapToDouble(Quad::top).min().orElse(0);
    }

    private static double bottom(List<Quad> boxes) {
        return boxes.stream().mapToDouble(Quad::bottom).max().orElse(0);
    }

    private static boolean crosses(Quad box, double gutter) {
        return box.left() < gutter && box.right() > gutter;
    }

    private static <T> List<List<T>> split(List<T> pieces, Function<T, Quad> box, double gutter) {
        List<T> sorted = new ArrayList<>(pieces);
        sorted.sort(Comparator.comparingDouble(piece -> box.apply(piece).centre().y()));
        List<List<T>> bands = new ArrayList<>();
        List<T> before = new ArrayList<>();
        List<T> after = new ArrayList<>();
        for (T piece : sorted) {
            Quad quad = box.apply(piece);
            if (crosses(quad, gutter)) {
                flush(bands, before, after);
                bands.add(List.of(piece));
            } else if (quad.right() <= gutter) {
                before.add(piece);
            } else {
                after.add(piece);
            }
        }
        flush(bands, before, after);
        return bands;
    }

    private static <T> void flush(List<List<T>> bands, List<T> before, List<T> after) {
        for (List<T> column : List.of(before, after)) {
            if (!column.isEmpty()) {
                bands.add(List.copyOf(column));
                column.clear();
            }
        }
    }
}
