package dev.marmita.documents.metadata;

/** The items of Anexo II; "data e local da digitalização" is two, for each may be known without the other. */
public enum Item {
    SUBJECT("subject", "Assunto", false),
    AUTHOR("author", "Autor (nome)", false),
    DIGITISED_AT("digitisedAt", "Data da digitalização", false),
    DIGITISED_PLACE("digitisedPlace", "Local da digitalização", false),
    IDENTIFIER("identifier", "Identificador do documento digital", false),
    DIGITISED_BY("digitisedBy", "Responsável pela digitalização", false),
    TITLE("title", "Título", false),
    DOCUMENT_TYPE("documentType", "Tipo documental", false),
    HASH("hash", "Hash (checksum) da imagem", false),
    CLASS("documentClass", "Classe", true),
    PRODUCED_AT("producedAt", "Data de produção (do documento original)", true),
    DISPOSAL("disposal", "Destinação prevista (eliminação ou guarda permanente)", true),
    GENRE("genre", "Gênero", true),
    RETENTION("retention", "Prazo de guarda", true);

    private final String id;
    private final String label;
    private final boolean publicBodies;

    Item(String id, String label, boolean publicBodies) {
        this.id = id;
        this.label = label;
        this.publicBodies = publicBodies;
    }

    /** Its name in requests and answers. */
    public String id() {
        return id;
    }

    /** Its name in the decree. */
    public String label() {
        return label;
    }

    /** Asked only of documents that public bodies digitise. */
    public boolean publicBodies() {
        return publicBodies;
    }
}
