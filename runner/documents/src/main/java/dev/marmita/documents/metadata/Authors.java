package dev.marmita.documents.metadata;

import dev.marmita.documents.layout.Finding;
import dev.marmita.documents.layout.Folding;
import dev.marmita.documents.layout.Layout;
import dev.marmita.documents.layout.Piece;
import dev.marmita.documents.layout.Row;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the person or body that issued a document: by a label, the letterhead, or the signature. */
final class Authors {

    private static final int LETTERHEAD = 6;
    private static final int SIGNATURE = 14;
    private static final int MAX_NAME = 70;

    private static final Pattern LABEL =
            Pattern.compile(
                    "^\\W*(?:autora?|emitente|remetente|razao social|prestador|cedente|beneficiario|emitido por|issued by|author|from|de|contratante|outorgante|declarante)\\s*:\\s*(?=\\S)");

    private static final Pattern BOXED =
            Pattern.compile(
                    "\\W*(?:beneficiario|cedente|emitente|razao social|nome do beneficiario)\\W*");

    private static final Pattern PARTICULARS =
            Pattern.compile(
                    "\\s*(?:[,;]|\\b(?:inscrit[oa]|pessoa juridica|brasileir[oa]|portador|cnpj|cpf|residente|com sede)\\b)");

    /** Whom the body below it belongs to. */
    private static final Pattern STATE =
            Pattern.compile("^\\W*(?:republica|governo|estado|poder|municipio)\\b");

    private static final Pattern BODY =
            Pattern.compile(
                    "\\b(?:prefeitura|camara municipal|ministerio|secretaria|governo|estado de|universidade|instituto|fundacao|tribunal|defensoria|procuradoria|cartorio|tabelionato|receita federal|policia|conselho|associacao|sindicato|cooperativa|banco|ltda|s\\.? ?/ ?a|s\\.a\\.?|eireli|epp|inc|corp|llc|ltd|gmbh|sdn bhd|empresa|companhia|departamento|autarquia|agencia|escola|hospital|clinica|advogados|consultoria|editora)\\b");

    private static final Pattern ROLE =
            Pattern.compile(
                    "^\\W*(?:o |a )?(?:diretor|secretari|presidente|vice-presidente|gerente|coordenador|prefeit|reitor|chefe|superintendent|procurador|tabelia|contador|engenheir|advogad|ministr|governador|juiz|juiza|promotor|delegad|assessor|analista|tesoureir|sindic|socio|administrador|escriva|vereador|servidor|declarante|outorgante|requerente|oficial|pregoeir|relator|desembargador|representante|responsavel|contratad|matricula|oab|crm|crc|crea|cpf)");

    private static final Pattern PERSON =
            Pattern.compile(
                    "^\\p{Lu}[\\p{L}'.]+(?:\\s+(?:d[aeo]s?|e|\\p{Lu}[\\p{L}'.]*))*\\s+\\p{Lu}[\\p{L}'.]+$");

    private Authors() {}

    static Optional<Finding> labelled(Layout layout) {
        for (Row row : layout.rows()) {
            Matcher label = LABEL.matcher(row.folded());
            if (label.find() && row.folded().length() == row.text().length()) {
                String name = name(row.text().substring(label.end()));
                if (name.chars().filter(Character::isLetter).count() >= 4) {
                    return Optional.of(row.finding(name, 0.85));
                }
            }
        }
        return boxed(layout);
    }

    /** The value below a small label, as forms and payment slips print them. */
    private static Optional<Finding> boxed(Layout layout) {
        List<Row> rows = layout.rows();
        for (int i = 0; i + 1 < rows.size(); i++) {
            for (Piece label : rows.get(i).pieces()) {
                if (!BOXED.matcher(Folding.fold(label.text())).matches()) {
                    continue;
                }
                for (Piece value : rows.get(i + 1).pieces()) {
                    double apart = Math.abs(value.upright().left() - label.upright().left());
                    if (apart < 3 * label.upright().height()) {
                        String name = name(value.text());
                        return Optional.of(
                                new Finding(
                                        name,
                                        value.confidence() * 0.8,
                                        rows.get(i + 1).page(),
                                        value.box()));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** What stands before the particulars of the one named. */
    private static String name(String text) {
        String folded = Folding.fold(text);
        Matcher particulars = PARTICULARS.matcher(folded);
        boolean cut = folded.length() == text.length() && particulars.find();
        return (cut ? text.substring(0, particulars.start()) : text).strip();
    }

    static Optional<Finding> letterhead(Layout layout) {
        Optional<Finding> state = Optional.empty();
        for (Row row : layout.head(LETTERHEAD)) {
            if (!isBody(row)) {
                continue;
            }
            Finding body = row.finding(row.text().strip(), 0.75);
            if (!STATE.matcher(row.folded()).find()) {
                return Optional.of(body);
            }
            state = state.or(() -> Optional.of(body));
        }
        return state;
    }

    private static boolean isBody(Row row) {
        String text = row.text();
        long digits = text.chars().filter(Character::isDigit).count();
        return text.length() <= MAX_NAME
                && !text.contains(":")
                && digits * 4 <= text.length()
                && BODY.matcher(row.folded()).find();
    }

    /** A name that stands right above a role, near the end. */
    static Optional<Finding> signature(Layout layout) {
        List<Row> rows = layout.rows();
        int first = Math.max(1, rows.size() - SIGNATURE);
        for (int i = rows.size() - 1; i >= first; i--) {
            Row name = rows.get(i - 1);
            boolean role = ROLE.matcher(rows.get(i).folded()).find();
            if (role && name.page() == rows.get(i).page() && isPerson(name.text())) {
                return Optional.of(name.finding(name.text().strip(), 0.7));
            }
        }
        return Optional.empty();
    }

    private static boolean isPerson(String text) {
        String bare = text.strip();
        return bare.length() <= 60
                && PERSON.matcher(bare).matches()
                && !BODY.matcher(Folding.fold(bare)).find();
    }
}
