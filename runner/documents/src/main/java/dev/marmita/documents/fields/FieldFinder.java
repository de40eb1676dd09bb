package dev.marmita.documents.fields;

import dev.marmita.documents.layout.Dates;
import dev.marmita.documents.layout.Finding;
import dev.marmita.documents.layout.Layout;
import dev.marmita.documents.layout.Piece;
import dev.marmita.documents.layout.Row;
import dev.marmita.documents.layout.TaxNumbers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the fields of receipts and invoices; what is not there is left out. */
public final class FieldFinder {

    public static final String COMPANY = "company";
    public static final String DATE = "date";
    public static final String TOTAL = "total";

    private static final Pattern DATE_WORDS =
            Pattern.compile("\\b(?:date|data|emissao|tarikh|fecha|dt)\\b");

    private static final Pattern OTHER_DATES =
            Pattern.compile(
                    "\\b(?:due|vencimento|validade|valid|expiry|print|saida|nascimento)\\b");

    /** A number of the courts (CNJ), of the federal administration (NUP), or any behind the word. */
    private static final Pattern PROCESS =
            Pattern.compile(
                    "(?<!\\d)(\\d{7}-\\d{2}\\.\\d{4}\\.\\d\\.\\d{2}\\.\\d{4}|\\d{5}\\.\\d{6}/\\d{4}-\\d{2})(?!\\d)"
                            + "|\\bprocesso(?:\\s+(?:administrativo|judicial|eletronico|licitatorio|disciplinar|digital|fisico)){0,2}"
                            + "\\W{0,3}(?:n[\\Wo]{0,4})?(?!\\d{1,2}/\\d{1,2}/)(\\d[\\d./-]*[/-][\\d.]*\\d)");

    private FieldFinder() {}

    /**
     * The fields by name, in a fixed order.
     *
     * @param receipt whether to look for what only receipts and invoices have
     */
    public static Map<String, Finding> find(Layout layout, boolean receipt) {
        List<Row> rows = layout.rows();
        Map<String, Finding> fields = new LinkedHashMap<>();
        if (receipt) {
            put(fields, COMPANY, new Issuer(rows).company());
        }
        put(fields, DATE, date(rows));
        if (receipt) {
            Money money = new Money(rows);
            put(fields, "address", new Issuer(rows).address());
            put(fields, TOTAL, money.total());
            put(fields, "subtotal", money.subtotal());
            put(fields, "tax", money.tax());
            put(fields, "cash", money.cash());
            put(fields, "change", money.change());
        }
        put(fields, "cnpj", taxNumber(rows, TaxNumbers::cnpj));
        put(fields, "cpf", taxNumber(rows, TaxNumbers::cpf));
        put(fields, "process", process(rows));
        return fields;
    }

    private static Optional<Finding> date(List<Row> rows) {
        Optional<Finding> any = Optional.empty();
        Optional<Finding> other = Optional.empty();
        for (Row row : rows) {
            List<Dates.Found> dates = Dates.in(row.text());
            if (dates.isEmpty()) {
                continue;
            }
            String text = dates.getFirst().text();
            if (OTHER_DATES.matcher(row.folded()).find()) {
                other = other.or(() -> Optional.of(place(row, text, 0.4)));
            } else if (DATE_WORDS.matcher(row.folded()).find()) {
                return Optional.of(place(row, text, 0.95));
            } else if (any.isEmpty()) {
                any = Optional.of(place(row, text, 0.8));
            }
        }
        Optional<Finding> last = other;
        return any.or(() -> last);
    }

    /** The date with the box of the piece that holds it, where one does. */
    private static Finding place(Row row, String text, double certainty) {
        for (Piece piece : row.pieces()) {
            if (piece.text().contains(text)) {
                return new Finding(text, piece.confidence() * certainty, row.page(), piece.box());
            }
        }
        return row.finding(text, certainty);
    }

    private static Optional<Finding> process(List<Row> rows) {
        for (Row row : rows) {
            Matcher number = PROCESS.matcher(row.folded());
            if (number.find()) {
                boolean formal = number.group(1) != null;
                String value = formal ? number.group(1) : number.group(2);
                return Optional.of(row.finding(value, formal ? 0.95 : 0.85));
            }
        }
        return Optional.empty();
    }

    private static Optional<Finding> taxNumber(
            List<Row> rows, Function<String, Optional<String>> reader) {
        for (Row row : rows) {
            Optional<String> number = reader.apply(row.text());
            if (number.isPresent()) {
                // The check digits vouch for the reading.
                return Optional.of(row.finding(number.get(), 1.0));
            }
        }
        return Optional.empty();
    }

    private static void put(Map<String, Finding> fields, String name, Optional<Finding> value) {
        value.ifPresent(finding -> fields.put(name, finding));
    }
}
