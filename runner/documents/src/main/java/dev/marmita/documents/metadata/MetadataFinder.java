package dev.marmita.documents.metadata;

import dev.marmita.documents.layout.Finding;
import dev.marmita.documents.layout.Layout;
import dev.marmita.documents.layout.Row;
import dev.marmita.documents.source.FileFacts;
import dev.marmita.documents.source.FileFacts.Property;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Fills the items of Anexo II: what the request supplies first, then what the page and its file say,
 * then what can be computed. What remains is reported as missing, never made up.
 */
public final class MetadataFinder {

    public static final String STANDARD = "Decreto nº 10.278/2020, Anexo II";

    private static final int LETTERS_OF_A_TEXT = 20;

    /** Titles that programs write when nobody gave one. */
    private static final Pattern NO_TITLE =
            Pattern.compile(
                    "^(?:microsoft word.*|untitled.*|sem titulo.*|documento?\\d*|document\\d*|scan.*|img[_ -]?\\d+.*|.*\\.(?:docx?|pdf|tiff?|jpe?g|png|odt))$");

    private final Layout layout;
    private final FileFacts facts;
    private final MetadataRequest request;
    private final String digest;
    private final Optional<Finding> issuer;
    private final Headings headings;

    /**
     * @param digest SHA-256 of the file in lower-case hexadecimal digits
     * @param issuer who issued it, by the rules for receipts
     */
    public MetadataFinder(
            Layout layout,
            FileFacts facts,
            MetadataRequest request,
            String digest,
            Optional<Finding> issuer) {
        this.layout = layout;
        this.facts = facts;
        this.request = request;
        this.digest = digest;
        this.issuer = issuer;
        this.headings = new Headings(layout);
    }

    /** Whether sellers' fields are worth looking for: not in what calls itself a contract or a letter. */
    public static boolean mayBeReceipt(Layout layout) {
        Headings headings = new Headings(layout);
        return headings.isReceipt() || headings.type().isEmpty();
    }

    /** The items in the decree's order. */
    public List<Metadatum> find() {
        return Stream.of(Item.values())
                .filter(item -> request.publicBody() || !item.publicBodies())
                .map(
                        item ->
                                request.value(item)
                                        .map(value -> Metadatum.supplied(item, value))
                                        .orElseGet(() -> find(item)))
                .toList();
    }

    private Metadatum find(Item item) {
        return switch (item) {
            case SUBJECT -> subject();
            case AUTHOR -> author();
            case DIGITISED_AT -> digitisedAt();
            case DIGITISED_BY -> digitisedBy();
            case IDENTIFIER -> identifier();
            case TITLE -> title();
            case DOCUMENT_TYPE ->
                    headings.type()
                            .map(type -> Metadatum.read(item, type, "Reconhecido por este texto."))
                            .orElseGet(
                                    () ->
                                            Metadatum.missing(
                                                    item,
                                                    "Nenhum tipo conhecido foi reconhecido."));
            case HASH ->
                    Metadatum.computed(
                            item, "SHA-256:" + digest, 1, "SHA-256 dos bytes do arquivo enviado.");
            case PRODUCED_AT ->
                    Particulars.date(layout)
                            .map(date -> Metadatum.read(item, date, "Data escrita no documento."))
                            .orElseGet(
                                    () -> Metadatum.missing(item, "Nenhuma data foi encontrada."));
            case GENRE -> genre();
            case DIGITISED_PLACE, CLASS, DISPOSAL, RETENTION ->
                    Metadatum.missing(
                            item,
                            "Não consta do documento: deve ser informado por quem digitaliza.");
        };
    }

    private Metadatum subject() {
        Optional<Finding> labelled = Particulars.subject(layout);
        if (labelled.isPresent()) {
            return Metadatum.read(Item.SUBJECT, labelled.get(), "Lido após o rótulo do assunto.");
        }
        Optional<Finding> summary = headings.summary();
        if (summary.isPresent()) {
            return Metadatum.read(Item.SUBJECT, summary.get(), "Lido na ementa.");
        }
        Optional<String> file =
                facts.property(Property.SUBJECT).or(() -> facts.property(Property.KEYWORDS));
        if (file.isPresent()) {
            return Metadatum.fromFile(
                    Item.SUBJECT, file.get(), 0.6, "Metadado do próprio arquivo.");
        }
        return headings.title()
                .map(
                        title ->
                                Metadatum.read(
                                        Item.SUBJECT,
                                        title.weakened(0.6),
                                        "Sem linha de assunto: tomado do título; convém conferir."))
                .orElseGet(() -> Metadatum.missing(Item.SUBJECT, "Nenhum assunto foi encontrado."));
    }

    private Metadatum author() {
        Optional<Finding> labelled = Authors.labelled(layout);
        if (labelled.isPresent()) {
            return Metadatum.read(Item.AUTHOR, labelled.get(), "Lido após um rótulo de autoria.");
        }
        if (headings.isReceipt() && issuer.isPresent()) {
            return Metadatum.read(Item.AUTHOR, issuer.get(), "Emitente do documento.");
        }
        Optional<Finding> letterhead = Authors.letterhead(layout);
        if (letterhead.isPresent()) {
            return Metadatum.read(Item.AUTHOR, letterhead.get(), "Lido no timbre.");
        }
        Optional<Finding> signature = Authors.signature(layout);
        if (signature.isPresent()) {
            return Metadatum.read(Item.AUTHOR, signature.get(), "Lido na assinatura.");
        }
        return facts.property(Property.AUTHOR)
                .map(
                        author ->
                                Metadatum.fromFile(
                                        Item.AUTHOR, author, 0.5, "Metadado do próprio arquivo."))
                .orElseGet(() -> Metadatum.missing(Item.AUTHOR, "Nenhum autor foi encontrado."));
    }

    private Metadatum digitisedAt() {
        return facts.property(Property.CREATED)
                .map(
                        created ->
                                Metadatum.fromFile(
                                        Item.DIGITISED_AT,
                                        created,
                                        0.7,
                                        "Data de criação gravada no arquivo pelo equipamento."))
                .orElseGet(
                        () ->
                                Metadatum.missing(
                                        Item.DIGITISED_AT,
                                        "O arquivo não traz a data: deve ser informada por quem"
                                                + " digitaliza."));
    }

    private Metadatum digitisedBy() {
        return facts.property(Property.OPERATOR)
                .map(
                        operator ->
                                Metadatum.fromFile(
                                        Item.DIGITISED_BY,
                                        operator,
                                        0.5,
                                        "Nome gravado no arquivo pelo equipamento."))
                .orElseGet(
                        () ->
                                Metadatum.missing(
                                        Item.DIGITISED_BY,
                                        "Deve ser informado por quem digitaliza."));
    }

    private Metadatum identifier() {
        if (request.digestIdentifier()) {
            return Metadatum.computed(
                    Item.IDENTIFIER, "urn:sha256:" + digest, 1, "Derivado do hash, como pedido.");
        }
        return Particulars.number(layout)
                .map(
                        number ->
                                Metadatum.read(
                                        Item.IDENTIFIER,
                                        number.weakened(0.8),
                                        "Número do próprio documento; o sistema de captura pode"
                                                + " atribuir outro."))
                .orElseGet(
                        () ->
                                Metadatum.missing(
                                        Item.IDENTIFIER,
                                        "Deve ser atribuído pelo sistema que captura o documento."));
    }

    private Metadatum title() {
        Optional<Finding> read = headings.title();
        Optional<String> file =
                facts.property(Property.TITLE)
                        .filter(
                                title ->
                                        !NO_TITLE.matcher(title.toLowerCase(Locale.ROOT))
                                                .matches());
        if (file.isPresent() && read.map(Finding::confidence).orElse(0.0) < 0.6) {
            return Metadatum.fromFile(Item.TITLE, file.get(), 0.6, "Metadado do próprio arquivo.");
        }
        return read.map(title -> Metadatum.read(Item.TITLE, title, "Lido no início do documento."))
                .orElseGet(
                        () ->
                                Metadatum.missing(
                                        Item.TITLE, "Sem título legível: deve ser atribuído."));
    }

    private Metadatum genre() {
        long letters =
                layout.rows().stream()
                        .map(Row::text)
                        .flatMapToInt(String::chars)
                        .filter(Character::isLetter)
                        .count();
        return letters >= LETTERS_OF_A_TEXT
                ? Metadatum.computed(Item.GENRE, "textual", 0.9, "O documento contém texto.")
                : Metadatum.computed(
                        Item.GENRE, "iconográfico", 0.5, "Quase nenhum texto foi encontrado.");
    }
}
