package dev.marmita.documents;

import dev.marmita.service.Content;
import dev.marmita.service.Field;
import java.util.Optional;

/** A document to read and describe, with what its sender knows about it. */
public record ExtractRequest(
        @Field(
                        value = "The document.",
                        accept = {"image/*", "application/pdf", "application/octet-stream"})
                Content document,
        @Field("Pages to read, such as 1-3,7; all where absent.") Optional<String> pages,
        @Field(
                        "Take the text that a born-digital PDF holds instead of reading its picture; true by default.")
                Optional<Boolean> textLayer,
        @Field("Report also the items that public bodies must keep; false by default.")
                Optional<Boolean> publicBody,
        @Field("Use the file's digest as identifier (urn:sha256:…); false by default.")
                Optional<Boolean> digestIdentifier,
        @Field(
                        "Kind of original for the technical checks: printed, printed-illustrated,"
                                + " printed-colour, handwritten, handwritten-colour, photo or map.")
                Optional<String> kind,
        @Field("Assunto, where known.") Optional<String> subject,
        @Field("Autor (nome), where known.") Optional<String> author,
        @Field("Data da digitalização.") Optional<String> digitisedAt,
        @Field("Local da digitalização.") Optional<String> digitisedPlace,
        @Field("Identificador do documento digital.") Optional<String> identifier,
        @Field("Responsável pela digitalização.") Optional<String> digitisedBy,
        @Field("Título, where known.") Optional<String> title,
        @Field("Tipo documental, where known.") Optional<String> documentType,
        @Field("Classe (public bodies).") Optional<String> documentClass,
        @Field("Data de produção do documento original (public bodies).")
                Optional<String> producedAt,
        @Field("Destinação prevista (public bodies).") Optional<String> disposal,
        @Field("Gênero (public bodies).") Optional<String> genre,
        @Field("Prazo de guarda (public bodies).") Optional<String> retention) {}
