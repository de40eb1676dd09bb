package dev.marmita.documents;

import dev.marmita.service.Content;
import dev.marmita.service.Field;
import java.util.Optional;

/** A document to read. */
public record OcrRequest(
        @Field(
                        value = "The document.",
                        accept = {"image/*", "application/pdf", "application/octet-stream"})
                Content document,
        @Field("Pages to read, such as 1-3,7; all where absent.") Optional<String> pages,
        @Field(
                        "Take the text that a born-digital PDF holds instead of reading its picture; true by default.")
                Optional<Boolean> textLayer) {}
