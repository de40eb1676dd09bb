package dev.marmita.documents.metadata;

import dev.marmita.documents.layout.Dates;
import dev.marmita.documents.layout.Finding;
import dev.marmita.documents.layout.Layout;
import dev.marmita.documents.layout.Row;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds a document's subject line, its own number and its date. */
final class Particulars {

    private static final Pattern SUBJECT =
            Pattern.compile(
                    "^\\W*(?:assunto|referencia|ref|objeto|subject|asunto|re|ementa)\\s*[.:]+\\s*-?\\s*");

    private static final Pattern NUMBER =
            Pattern.compile(
                    "\\b(?:oficio|memorando|memo|portaria|contrato|ata|edital|parecer|despacho|resolucao|decreto|certidao|declaracao|nota fiscal|nf-?e?|cupom|fatura|recibo|duplicata|processo|protocolo|documento|doc|invoice|receipt|bill|pedido|ordem de servico|relatorio)"
                            + "(?:\\s+(?:circular|conjunt[oa]|eletronica?|de [a-z ]{3,40}))?"
                            + "\\s*(?:/\\s?\\w+\\s*)?(?:n[o0.:?]*|no\\.?|num(?:ero)?\\.?|number|#|id)\\s*[.:]*\\s*([a-z0-9][a-z0-9./-]*\\d[a-z0-9./-]*|\\d)");

    private static final Pattern KEY = Pattern.compile("(?<!\\d)(?:\\d[ .]?){43}\\d(?!\\d)");

    /** "Recife, 12 de março de 2026" */
    private static final Pattern PLACE =
            Pattern.compile(
                    "^\\W*(\\p{L}[\\p{L} .'-]{2,40}?)\\s*(?:[-/(]\\s*\\p{Lu}{2}\\)?)?\\s*[,.]\\s*(?:em\\s+)?$");

    private Particulars() {}

    static Optional<Finding> subject(Layout layout) {
        List<Row> rows = layout.rows();
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            Matcher label = SUBJECT.matcher(row.folded());
            if (!label.find() || row.folded().length() != row.text().length()) {
                continue;
            }
            String value = row.text().substring(label.end()).strip();
            if (value.length() >= 3) {
                return Optional.of(row.finding(value, 0.95));
            }
            if (i + 1 < rows.size() && rows.get(i + 1).page() == row.page()) {
                return Optional.of(rows.get(i + 1).finding(rows.get(i + 1).text().strip(), 0.8));
            }
        }
        return Optional.empty();
    }

    /** The access key of an electronic invoice, whose check digit vouches for it, else the document's own number. */
    static Optional<Finding> number(Layout layout) {
        for (Row row : layout.rows()) {
            Matcher key = KEY.matcher(row.text());
            if (key.find()) {
                String digits = key.group().replaceAll("\\D", "");
                if (isAccessKey(digits)) {
                    return Optional.of(row.finding(digits, 1.0));
                }
            }
        }
        for (Row row : layout.rows()) {
            Matcher number = NUMBER.matcher(row.folded());
            if (number.find() && row.folded().length() == row.text().length()) {
                String value = row.text().substring(number.start(), number.end()).strip();
                return Optional.of(row.finding(value.replaceAll("[./-]+$", ""), 0.85));
            }
        }
        return Optional.empty();
    }

    /** The date beside a place, else the first date; as "2026-03-12" or "2026-03-12, Recife". */
    static Optional<Finding> date(Layout layout) {
        Optional<Finding> first = Optional.empty();
        for (Row row : layout.rows()) {
            List<Dates.Found> dates = Dates.in(row.text());
            if (dates.isEmpty()) {
                continue;
            }
            Dates.Found date = dates.getFirst();
            String before = row.text().substring(0, Math.min(row.text().length(), date.start()));
            Matcher place = PLACE.matcher(before);
            if (place.find()) {
                return Optional.of(row.finding(date.date() + ", " + place.group(1).strip(), 0.95));
            }
            if (first.isEmpty()) {
                first = Optional.of(row.finding(date.date().toString(), 0.6));
            }
        }
        return first.or(() -> brokenDate(layout));
    }

    /** A date that begins on one row and ends on the next. */
    private static Optional<Finding> brokenDate(Layout layout) {
        List<Row> rows = layout.rows();
        for (int i = 0; i + 1 < rows.size(); i++) {
            Row row = rows.get(i);
            Row next = rows.get(i + 1);
            List<Dates.Found> dates = Dates.in(row.text() + " " + next.text());
            if (row.page() == next.page() && !dates.isEmpty()) {
                return Optional.of(row.finding(dates.getFirst().date().toString(), 0.55));
            }
        }
        return Optional.empty();
    }

    /** Check digit of the 44 digits of an NF-e, NFC-e or CT-e key: modulo 11, weights 2 to 9. */
    static boolean isAccessKey(String digits) {
        if (!digits.matches("\\d{44}")) {
            return false;
        }
        int sum = 0;
        int weight = 2;
        for (int i = 42; i >= 0; i--) {
            sum += (digits.charAt(i) - '0') * weight;
            weight = weight == 9 ? 2 : weight + 1;
        }
        int rest = sum % 11;
        int wanted = rest < 2 ? 0 : 11 - rest;
        return digits.charAt(43) - '0' == wanted;
    }
}
