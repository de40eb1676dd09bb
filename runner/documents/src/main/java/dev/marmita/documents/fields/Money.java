package dev.marmita.documents.fields;

import dev.marmita.documents.layout.Amounts;
import dev.marmita.documents.layout.Finding;
import dev.marmita.documents.layout.Piece;
import dev.marmita.documents.layout.Row;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the amounts that stand beside or below words such as "total". */
final class Money {

    /** What may stand before a total, the best first. */
    private static final List<Pattern> TOTALS =
            List.of(
                    words("grand total|total geral|valor total da nota|vl total da nota"),
                    words(
                            "round(?:ed|d)? total|total round(?:ed|ing)?|total after round\\w*|total"
                                    + " \\(?round\\w*\\)?|rounding"),
                    words(
                            "total a pagar|valor a pagar|total due|amount due|balance due|amount"
                                    + " payable|total payable|nett? total|nett? amount|total amount|valor"
                                    + " total|total do documento|valor do documento|valor cobrado|due"),
                    words("total (?:sales|inclusive|incl)|total incl|amount incl"),
                    words("total|tota1|t0tal|montante|importe"));

    private static final Pattern NOT_A_TOTAL =
            words(
                    "sub ?-?total|subtotal|total (?:qty|quantity|items?|itens|discount|desconto|gst|tax|saving|savings|disc|qtd|paid|tendered|includes|included)|total \\d+ ?%|accepted"
                            + " total|qtd\\.? total|gst total|total excl|excl|total de itens|item"
                            + " count|tax summary|gst summary|total tributos|tributos|impostos|total"
                            + " payment|round(?:ing|ed)? ?adj\\w*|adjust\\w*|qty|price|description|descricao|preco|points");

    private static final Pattern SUBTOTAL = words("sub ?-?total|subtotal|total excl\\w*");
    private static final Pattern TAX =
            words(
                    "gst(?: amount| payable)?|sst|service tax|vat|icms|iss|tax(?: amount)?|impostos?|tributos");
    private static final Pattern CASH = words("cash|dinheiro|valor pago|tunai|amount paid|pago");
    private static final Pattern CHANGE = words("change|troco|baki|change due");

    private final List<Row> rows;

    Money(List<Row> rows) {
        this.rows = rows;
    }

    Optional<Finding> total() {
        double certainty = 0.95;
        for (Pattern words : TOTALS) {
            Optional<Finding> best = Optional.empty();
            for (int i = 0; i < rows.size(); i++) {
                String folded = rows.get(i).folded();
                if (!words.matcher(folded).find() || NOT_A_TOTAL.matcher(folded).find()) {
                    continue;
                }
                Optional<Finding> found =
                        amountAt(i, certainty).filter(amount -> value(amount).signum() != 0);
                if (found.isPresent() && (best.isEmpty() || larger(found.get(), best.get()))) {
                    best = found;
                }
            }
            // A sum below one is what rounding added, not what was rounded.
            if (best.isPresent() && value(best.get()).compareTo(BigDecimal.ONE) >= 0) {
                return best;
            }
            certainty -= 0.05;
        }
        return largest();
    }

    Optional<Finding> subtotal() {
        return first(SUBTOTAL);
    }

    Optional<Finding> tax() {
        return first(TAX);
    }

    Optional<Finding> cash() {
        return first(CASH);
    }

    Optional<Finding> change() {
        return first(CHANGE);
    }

    private Optional<Finding> first(Pattern words) {
        for (int i = 0; i < rows.size(); i++) {
            if (words.matcher(rows.get(i).folded()).find()) {
                Optional<Finding> amount = inRow(rows.get(i), 0.8);
                if (amount.isPresent()) {
                    return amount;
                }
            }
        }
        return Optional.empty();
    }

    /** The last amount of the row, else the only one of the row below. */
    private Optional<Finding> amountAt(int index, double certainty) {
        Optional<Finding> beside = inRow(rows.get(index), certainty);
        if (beside.isPresent() || index + 1 == rows.size()) {
            return beside;
        }
        Row below = rows.get(index + 1);
        boolean near = below.top() - rows.get(index).bottom() < 1.5 * rows.get(index).height();
        boolean bare = below.folded().replaceAll("(?i)rm|r\\$|\\$|[\\d\\s.,:*-]", "").length() <= 2;
        return near && bare ? inRow(below, certainty * 0.9) : Optional.empty();
    }

    private static Optional<Finding> inRow(Row row, double certainty) {
        List<Piece> pieces = row.pieces();
        for (int i = pieces.size() - 1; i >= 0; i--) {
            Piece piece = pieces.get(i);
            List<Amounts.Found> amounts = Amounts.in(piece.text());
            if (!amounts.isEmpty()) {
                return Optional.of(
                        new Finding(
                                amounts.getLast().text(),
                                piece.confidence() * certainty,
                                row.page(),
                                piece.box()));
            }
        }
        return Optional.empty();
    }

    private Optional<Finding> largest() {
        Optional<Finding> best = Optional.empty();
        for (Row row : rows) {
            String folded = row.folded();
            if (CASH.matcher(folded).find() || CHANGE.matcher(folded).find()) {
                continue;
            }
            Optional<Finding> found = inRow(row, 0.4);
            if (found.isPresent() && (best.isEmpty() || larger(found.get(), best.get()))) {
                best = found;
            }
        }
        return best;
    }

    private static boolean larger(Finding one, Finding other) {
        return value(one).compareTo(value(other)) > 0;
    }

    private static BigDecimal value(Finding finding) {
        return Amounts.in(finding.value()).getFirst().value();
    }

    private static Pattern words(String alternatives) {
        // A currency sign may be glued to the word.
        return Pattern.compile("(?<![a-z])(?:" + alternatives + ")(?=rm|rs|[^a-z]|$)");
    }
}
