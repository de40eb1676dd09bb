package dev.marmita.documents.metadata;

import java.util.Locale;

/** Where a value comes from. */
public enum Status {
    /** Out of the document or its file. */
    READ,
    /** Follows from the document's bytes or text. */
    COMPUTED,
    /** Came with the request. */
    SUPPLIED,
    /** Must be supplied by a person or another system. */
    MISSING;

    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
