package dev.marmita.documents.fields;

import dev.marmita.documents.layout.Amounts;
import dev.marmita.documents.layout.Boxes;
import dev.marmita.documents.layout.Dates;
import dev.marmita.documents.layout.Finding;
import dev.marmita.documents.layout.Folding;
import dev.marmita.documents.layout.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds who issued a receipt, and where: the company's name and the address below it. */
final class Issuer {

    private static final int HEAD = 12;
    private static final int MAX_ADDRESS_ROWS = 6;
    private static final int MAX_NAME = 50;

    /** What only companies and bodies bear behind their names. */
    private static final Pattern SUFFIX =
            Pattern.compile(
                    "\\b(?:sdn\\.? ?bh[do]|bhd|s/b|5/b|ltda|s/a|s\\.a|eireli|epp|inc|corp|llc|ltd|limited|gmbh|plc|pte)\\b\\.?");

    /** What companies and bodies call themselves. */
    private static final Pattern COMPANY =
            Pattern.compile(
                    "\\b(?:enterprise|trading|co|company|restaurant|restoran|hardware|stationery|supermarket|supermercado|mercado|mart|store|loja|comercio|industria|servicos|farmacia|drogaria|padaria|restaurante|posto|hotel|cafe|bakery|book ?shop|electrical|machinery|marketing|corporation|holdings|prefeitura|ministerio|secretaria|universidade|instituto|fundacao|associacao|cooperativa|banco)\\b");

    /** A registration number behind the name. */
    private static final Pattern REGISTRATION =
            Pattern.compile("\\s*[(\\[]?\\s*(?:co\\.? ?no\\.?|reg\\.?|no\\.?)?[:\\s]*[a-z]*\\d.*$");

    /** Words with which receipts and letters begin their sentences, not their issuers' names. */
    private static final Pattern SENTENCE =
            Pattern.compile(
                    "\\b(?:recebi|recebemos|declaro|declaramos|received|a quantia|referente|importancia)\\b|^\\W*(?:recibo|contrato|oficio|ata|portaria|certidao|declaracao|procuracao|memorando|relatorio|ficha|formulario|nota)\\b");

    private static final Pattern PHONE =
            Pattern.compile(
                    "^\\W*(?:\\+?\\d{1,3}[ -])?\\d{2,4}\\s?[- ]\\s?\\d{3,4}[ -]?\\d{3,4}\\b");

    private static final Pattern ADDRESS =
            Pattern.compile(
                    "\\b(?:jalan|jln|jl|jin|lorong|taman|tmn|lot|no\\.?|block|blk|level|floor|ground floor|unit|kampung|kg|persiaran|lebuh|bandar|street|st\\.|road|rd|avenue|ave|lane|drive|blvd|suite|rua|r\\.|av\\.?|avenida|travessa|alameda|praca|rodovia|estrada|largo|bairro|centro|cep|quadra|qd|sala|andar|calle|plaza|selangor|johor|kuala|lumpur|penang|pulau|melaka|perak|kedah|seksyen|section|mall|plaza|complex|pusat|batu)\\b|\\b\\d{5}\\b|\\b\\d{5}-\\d{3}\\b");

    private static final Pattern END_OF_ADDRESS =
            Pattern.compile(
                    "\\b(?:te[l1]|telefone|fone|phone|fax|f[ae]x|gst|sst|hp|email|e-mail|www|http|invoice|receipt|tax|date|data|cash|bill|cashier|cnpj|cpf|ie|i\\.e|inscricao|cupom|nota|recibo|table|time|hora|roc|reg|company no|co\\.? ?no|co\\.? reg|no\\.? co|id no|document|order|member|served|mobile|whatsapps?|licensee|conpany|iuvoice|gstid|salesperson|customer)\\b|@|^\\W*\\(?\\d{5,7}\\s?-\\s?[a-z0-9]\\)?\\W*$");

    private final List<Row> rows;

    Issuer(List<Row> rows) {
        this.rows = rows;
    }

    Optional<Finding> company() {
        int index = companyRow();
        if (index < 0) {
            return Optional.empty();
        }
        Row row = rows.get(index);
        String name = withoutRegistration(row.text());
        boolean known = SUFFIX.matcher(row.folded()).find();
        long letters =
                SUFFIX.matcher(Folding.fold(name))
                        .replaceAll("")
                        .chars()
                        .filter(Character::isLetter)
                        .count();
        if (known && letters < 5 && index > 0) {
            // The name began on the row above.
            Row above = rows.get(index - 1);
            return Optional.of(
                    new Finding(
                            clean(above.text() + " " + name),
                            (above.confidence() + row.confidence()) / 2 * 0.85,
                            row.page(),
                            Boxes.around(List.of(above.box(), row.box()))));
        }
        return Optional.of(row.finding(clean(name), known ? 0.9 : 0.6));
    }

    Optional<Finding> address() {
        int company = companyRow();
        List<Row> found = new ArrayList<>();
        int last = Math.min(rows.size(), Math.max(0, company) + HEAD);
        for (int i = company + 1; i < last && found.size() < MAX_ADDRESS_ROWS; i++) {
            Row row = rows.get(i);
            String folded = row.folded();
            boolean ends = END_OF_ADDRESS.matcher(folded).find() && !hasStreet(folded);
            boolean sentence = SENTENCE.matcher(folded).find();
            if (found.isEmpty() && (ends || sentence || !ADDRESS.matcher(folded).find())) {
                continue;
            }
            if (ends
                    || PHONE.matcher(folded).find()
                    || !Dates.in(row.text()).isEmpty()
                    || !Amounts.in(row.text()).isEmpty()) {
                break;
            }
            found.add(row);
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String value = found.stream().map(Row::text).collect(Collectors.joining(" "));
        double confidence = found.stream().mapToDouble(Row::confidence).average().orElse(0);
        return Optional.of(
                new Finding(
                        clean(value),
                        confidence * 0.8,
                        found.getFirst().page(),
                        Boxes.around(found.stream().map(Row::box).toList())));
    }

    /** Row of the name: the first with a suffix that only companies bear, else the first that reads like a name. */
    private int companyRow() {
        int head = Math.min(HEAD, rows.size());
        int named = -1;
        int plain = -1;
        for (int i = 0; i < head; i++) {
            String folded = rows.get(i).folded();
            if (SUFFIX.matcher(folded).find() && i < HEAD * 2 / 3) {
                return i;
            }
            if (!isName(folded)) {
                continue;
            }
            if (named < 0 && COMPANY.matcher(folded).find()) {
                named = i;
            }
            if (plain < 0) {
                plain = i;
            }
        }
        return plain >= 0 && plain < 3 ? plain : named;
    }

    private static boolean isName(String folded) {
        long letters = folded.chars().filter(Character::isLetter).count();
        boolean place = ADDRESS.matcher(folded).find() && folded.matches(".*\\d.*");
        return letters >= 4
                && letters * 2 > folded.length()
                && folded.length() <= MAX_NAME
                && !place
                && !SENTENCE.matcher(folded).find()
                && !END_OF_ADDRESS.matcher(folded).find();
    }

    private static String withoutRegistration(String text) {
        String folded = Folding.fold(text);
        if (folded.length() != text.length()) {
            return text;
        }
        Matcher suffix = SUFFIX.matcher(folded);
        int end = 0;
        while (suffix.find()) {
            end = suffix.end();
        }
        boolean numbered = end > 0 && REGISTRATION.matcher(folded.substring(end)).matches();
        return numbered
                ? text.substring(0, end)
                : text.replaceAll("\\s*\\(\\w*\\d{4}[^)]*\\)?$", "");
    }

    private static boolean hasStreet(String folded) {
        return Pattern.compile("\\b(?:jalan|jln|taman|rua|avenida|street|road|lorong)\\b")
                .matcher(folded)
                .find();
    }

    private static String clean(String text) {
        return text.replaceAll("\\s+", " ").replaceAll("^[\\s*:.,-]+|[\\s*:,-]+$", "");
    }
}
