package dev.marmita.cli.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Lines as a person reads them: rows by vertical overlap, each from left to right. Both sides of a comparison go
 * through it. Lines stay in their order where any of them has no box.
 */
final class ReadingOrder {
    private ReadingOrder() {}

    static List<String> of(List<Line> lines) {
        if (lines.stream().anyMatch(it -> it.box().isEmpty())) {
            return lines.stream().map(Line::text).toList();
        }
        List<Placed> placed =
                lines.stream()
                        .map(it -> new Placed(it.text(), it.box().orElseThrow()))
                        .sorted(Comparator.comparingDouble(it -> it.box().middle()))
                        .toList();
        List<Row> rows = new ArrayList<>();
        for (Placed line : placed) {
            if (rows.isEmpty() || !rows.getLast().takes(line)) {
                rows.add(new Row(line));
            }
        }
        return rows.stream().flatMap(it -> it.leftToRight().stream()).toList();
    }

    private record Placed(String text, Line.Extent box) {}

    private static final class Row {
        private final List<Placed> lines = new ArrayList<>();
        private double top;
        private double bottom;

        Row(Placed first) {
            lines.add(first);
            top = first.box().top();
            bottom = first.box().bottom();
        }

        /** Adds a line that overlaps the row by more than half of the lower of both. */
        boolean takes(Placed line) {
            Line.Extent box = line.box();
            double overlap = Math.min(bottom, box.bottom()) - Math.max(top, box.top());
            double lower = Math.min(bottom - top, box.bottom() - box.top());
            if (!(overlap > 0.5 * lower && top <= box.middle() && box.middle() <= bottom)) {
                return false;
            }
            lines.add(line);
            // A running mean keeps a tilted row from growing.
            top += (box.top() - top) / lines.size();
            bottom += (box.bottom() - bottom) / lines.size();
            return true;
        }

        List<String> leftToRight() {
            return lines.stream()
                    .sorted(Comparator.comparingDouble(it -> it.box().left()))
                    .map(Placed::text)
                    .toList();
        }
    }
}
