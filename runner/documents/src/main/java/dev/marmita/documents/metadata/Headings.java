package dev.marmita.documents.metadata;

import dev.marmita.documents.layout.Boxes;
import dev.marmita.documents.layout.Dates;
import dev.marmita.documents.layout.Finding;
import dev.marmita.documents.layout.Layout;
import dev.marmita.documents.layout.Piece;
import dev.marmita.documents.layout.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds what a document calls itself: its type by its heading, and the heading as its title. */
final class Headings {

    private static final int HEAD = 25;
    private static final int MAX_HEADING = 90;
    private static final int SUMMARY_ROWS = 8;
    private static final int LETTERS_OF_A_SUMMARY = 15;

    private final Layout layout;
    private final Optional<Match> match;

    Headings(Layout layout) {
        this.layout = layout;
        this.match = find(layout);
    }

    /** The type with the place where it is named. */
    Optional<Finding> type() {
        return match.map(found -> found.row.finding(found.type.label(), found.certainty));
    }

    boolean isReceipt() {
        return match.map(found -> found.type.receipt()).orElse(false);
    }

    /** The heading that names the type, else the largest line of the upper half of the first page. */
    Optional<Finding> title() {
        Optional<Finding> formal =
                match.filter(found -> found.heading && !found.type.greeting())
                        .map(found -> heading(found.row, found.certainty));
        return formal.or(this::largest);
    }

    /**
     * What stands apart on the right below the heading, as laws and orders sum up what they are about.
     */
    Optional<Finding> summary() {
        if (match.isEmpty() || !match.get().heading) {
            return Optional.empty();
        }
        List<Row> rows = layout.page(1);
        int start = rows.indexOf(match.get().row) + 1;
        double right = rows.stream().mapToDouble(Row::right).max().orElse(0);
        double left = rows.stream().mapToDouble(Row::left).min().orElse(0);
        List<Row> apart = new ArrayList<>();
        for (int i = start; i < Math.min(rows.size(), start + SUMMARY_ROWS); i++) {
            Row row = rows.get(i);
            boolean aside = row.left() > left + 0.35 * (right - left);
            boolean prose = row.pieces().size() == 1 && Dates.in(row.text()).isEmpty();
            if (aside && prose) {
                apart.add(row);
            } else if (!apart.isEmpty()) {
                break;
            }
        }
        String text = apart.stream().map(Row::text).collect(Collectors.joining(" "));
        if (text.chars().filter(Character::isLetter).count() < LETTERS_OF_A_SUMMARY) {
            return Optional.empty();
        }
        double confidence = apart.stream().mapToDouble(Row::confidence).average().orElse(0);
        return Optional.of(
                new Finding(
                        clean(text)
                                .replaceFirst("(?i)^ementa\\s*[:.]\\s*", "")
                                .replaceFirst("[.]$", ""),
                        confidence * 0.75,
                        1,
                        Boxes.around(apart.stream().map(Row::box).toList())));
    }

    private Optional<Finding> largest() {
        List<Row> rows = layout.head(HEAD);
        Row best = null;
        for (Row row : rows) {
            long letters = row.text().chars().filter(Character::isLetter).count();
            boolean title = row.page() == 1 && letters >= 4 && row.text().length() <= MAX_HEADING;
            if (title && (best == null || row.height() > 1.15 * best.height())) {
                best = row;
            }
        }
        return Optional.ofNullable(best).map(row -> row.finding(clean(row.text()), 0.5));
    }

    /** The first heading from the top; sentences begin with such words too, but further down. */
    private static Optional<Match> find(Layout layout) {
        List<Row> head = layout.head(HEAD).stream().filter(row -> row.page() == 1).toList();
        return heading(head, false).or(() -> named(layout)).or(() -> heading(head, true));
    }

    /**
     * @param greetings whether to look for whom it speaks to, instead of what it calls itself
     */
    private static Optional<Match> heading(List<Row> head, boolean greetings) {
        for (int i = 0; i < head.size(); i++) {
            Row row = head.get(i);
            String folded = row.folded();
            if (row.text().length() > MAX_HEADING) {
                continue;
            }
            for (DocumentType type : DocumentType.ALL) {
                if (type.greeting() == greetings && type.heading().matcher(folded).find()) {
                    double certainty = greetings ? 0.6 : 0.95 - 0.01 * i;
                    return Optional.of(new Match(type, row, true, certainty));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Match> named(Layout layout) {
        for (DocumentType type : DocumentType.ALL) {
            for (Row row : layout.rows()) {
                if (type.anywhere().matcher(row.folded()).find()) {
                    return Optional.of(new Match(type, row, false, 0.6));
                }
            }
        }
        return Optional.empty();
    }

    /** The first piece of the row: what stands far to the right of a heading is a number or a sum. */
    private static Finding heading(Row row, double certainty) {
        Piece first = row.pieces().getFirst();
        return new Finding(
                clean(first.text()), first.confidence() * certainty, row.page(), first.box());
    }

    private static String clean(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    private record Match(DocumentType type, Row row, boolean heading, double certainty) {}
}
