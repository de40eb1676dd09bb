package dev.marmita.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings, in columns as wide as their widest cell. */
public final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headings) {
        rows.add(List.of(headings));
    }

    /** @param cells as many as there are headings */
    public void row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    "%d cells for %d headings".formatted(cells.length, rows.getFirst().size()));
        }
        rows.add(java.util.Arrays.stream(cells).map(Table::oneLine).toList());
    }

    public List<String> lines() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    public void print(Terminal terminal) {
        List<String> lines = lines();
        terminal.line(terminal.bold(lines.getFirst()));
        lines.stream().skip(1).forEach(terminal::line);
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            line.append(cell).repeat(' ', widths[i] - width(cell) + 2);
        }
        return line.toString().stripTrailing();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    private static String oneLine(String cell) {
        return cell.isBlank() ? "-" : cell.replaceAll("\\s+", " ").strip();
    }
}
