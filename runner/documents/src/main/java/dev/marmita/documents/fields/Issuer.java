package dev.marmita.documents.fields;

import dev.marmita.documents.layout.Amounts;
import dev.marmita.documents.layout.Boxes;
import dev.marmita.documents.layout.Dates;
import dev.marmita.documents.layout.Finding;
import dev.marmita.documents.layout.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds who issued a receipt, and where: the company's name and the address below it. */
final class Issuer {

    private static final int HEAD = 12;
    private static final int MAX_ADDRESS_ROWS = 6;

    private static final Pattern COMPANY =
            Pattern.compile(
                    "\\b(?:sdn\\.? ?bhd|bhd|s/b|enterprise|trading|ltda|s\\.?/?a\\.?|eireli|epp|mei|s\\.l\\.|inc|corp|llc|ltd|limited|gmbh|plc|pte|co|company|restaurant|restoran|hardware|stationery|supermarket|supermercado|mercado|mart|store|loja|comercio|industria|servicos|farmacia|drogaria|padaria|restaurante|posto|hotel|cafe|bakery|book ?shop|books|electrical|machinery|marketing|corporation|holdings|prefeitura|ministerio|secretaria|universidade|instituto|fundacao|associacao|cooperativa|banco)\\b\\.?");

    private static final Pattern ADDRESS =
            Pattern.compile(
                    "\\b(?:jalan|jln|jl|lorong|taman|tmn|lot|no\\.?|block|blk|level|floor|ground floor|unit|kampung|kg|persiaran|lebuh|bandar|street|st\\.|road|rd|avenue|ave|lane|drive|blvd|suite|rua|r\\.|av\\.?|avenida|travessa|alameda|praca|rodovia|estrada|largo|bairro|centro|cep|quadra|qd|sala|andar|calle|plaza|selangor|johor|kuala|lumpur|penang|pulau|melaka|perak|kedah|seksyen|section|mall|plaza|complex|pusat|batu)\\b|\\b\\d{5}\\b|\\b\\d{5}-\\d{3}\\b");

    private static final Pattern END_OF_ADDRESS =
            Pattern.compile(
                    "\\b(?:tel|telefone|fone|phone|fax|gst|sst|hp|email|e-mail|www|http|invoice|receipt|tax|date|data|cash|bill|cashier|cnpj|cpf|ie|i\\.e|inscricao|cupom|nota|recibo|table|time|hora|roc|reg|company no|co\\.? ?no|co\\.? reg|no\\.? co|id no|document|order|member|served|salesperson|customer)\\b|@|^\\W*\\(?\\d{5,7}\\s?-\\s?[a-z0-9]\\)?\\W*$");

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
        boolean known = COMPANY.matcher(row.folded()).find();
        return Optional.of(row.finding(clean(row.text()), known ? 0.9 : 0.6));
    }

    Optional<Finding> address() {
        int company = companyRow();
        List<Row> found = new ArrayList<>();
        int last = Math.min(rows.size(), Math.max(0, company) + HEAD);
        for (int i = company + 1; i < last && found.size() < MAX_ADDRESS_ROWS; i++) {
            Row row = rows.get(i);
            String folded = row.folded();
            boolean ends = END_OF_ADDRESS.matcher(folded).find() && !hasStreet(folded);
            if (found.isEmpty() && (ends || !ADDRESS.matcher(folded).find())) {
                continue;
            }
            if (ends || !Dates.in(row.text()).isEmpty() || !Amounts.in(row.text()).isEmpty()) {
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

    /** Row of the company's name: the first with a word that only companies bear, else the first with letters. */
    private int companyRow() {
        int head = Math.min(HEAD, rows.size());
        int fallback = -1;
        for (int i = 0; i < head; i++) {
            String folded = rows.get(i).folded();
            if (!isName(folded)) {
                continue;
            }
            if (COMPANY.matcher(folded).find() && (i < HEAD / 2 || fallback < 0)) {
                return i;
            }
            if (fallback < 0) {
                fallback = i;
            }
        }
        return fallback;
    }

    private static boolean isName(String folded) {
        long letters = folded.chars().filter(Character::isLetter).count();
        return letters >= 4
                && letters * 2 > folded.length()
                && !END_OF_ADDRESS.matcher(folded).find();
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
