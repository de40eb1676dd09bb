package dev.marmita.benchmarks.recognition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How lines are put together.
 *
 * @param pages whose lines may share a batch
 * @param most lines of a batch
 * @param stretch widest over narrowest line of a batch; what is missing is padded
 */
record Grouping(String name, int pages, int most, double stretch) {

    static final List<Grouping> ALL =
            List.of(
                    new Grouping("one by one", 1, 1, 1),
                    new Grouping("equal widths, one page", 1, 6, 1),
                    new Grouping("equal widths, two pages", 2, 6, 1),
                    new Grouping("equal widths, all pages", Integer.MAX_VALUE, 8, 1),
                    new Grouping("within 5 %, two pages", 2, 6, 1.05),
                    new Grouping("within 15 %, two pages", 2, 6, 1.15),
                    new Grouping("six of any width", 1, 6, Double.MAX_VALUE));

    /** All lines in batches. */
    List<List<Line>> batches(List<List<Line>> linesOfPages) {
        List<List<Line>> batches = new ArrayList<>();
        for (int from = 0; from < linesOfPages.size(); ) {
            int to = (int) Math.min(linesOfPages.size(), (long) from + pages);
            batches.addAll(
                    grouped(
                            linesOfPages.subList(from, to).stream()
                                    .flatMap(List::stream)
                                    .toList()));
            from = to;
        }
        return batches;
    }

    private List<List<Line>> grouped(List<Line> lines) {
        List<List<Line>> groups = new ArrayList<>();
        List<Line> group = new ArrayList<>();
        List<Line> widest =
                lines.stream().sorted(Comparator.comparingInt(Line::width).reversed()).toList();
        for (Line line : widest) {
            boolean fits =
                    !group.isEmpty()
                            && group.size() < most
                            && group.getFirst().width() <= line.width() * stretch;
            if (!fits) {
                group = new ArrayList<>();
                groups.add(group);
            }
            group.add(line);
        }
        return groups;
    }
}
