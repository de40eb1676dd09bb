package dev.marmita.documents.metadata;

import dev.marmita.documents.layout.Finding;
import java.util.Optional;

/**
 * One item with what is known about it.
 *
 * @param value empty exactly where {@code status} is {@link Status#MISSING}
 * @param confidence 0 to 1; 0 where missing
 * @param place where it was read; empty where it was not read from a page
 * @param explanation one sentence in Portuguese
 */
public record Metadatum(
        Item item,
        Status status,
        Optional<String> value,
        double confidence,
        Optional<Finding> place,
        String explanation) {

    static Metadatum missing(Item item, String explanation) {
        return new Metadatum(
                item, Status.MISSING, Optional.empty(), 0, Optional.empty(), explanation);
    }

    static Metadatum supplied(Item item, String value) {
        return new Metadatum(
                item,
                Status.SUPPLIED,
                Optional.of(value),
                1,
                Optional.empty(),
                "Informado no pedido.");
    }

    static Metadatum computed(Item item, String value, double confidence, String explanation) {
        return new Metadatum(
                item,
                Status.COMPUTED,
                Optional.of(value),
                confidence,
                Optional.empty(),
                explanation);
    }

    static Metadatum read(Item item, Finding finding, String explanation) {
        return new Metadatum(
                item,
                Status.READ,
                Optional.of(finding.value()),
                finding.confidence(),
                Optional.of(finding),
                explanation);
    }

    static Metadatum fromFile(Item item, String value, double confidence, String explanation) {
        return new Metadatum(
                item, Status.READ, Optional.of(value), confidence, Optional.empty(), explanation);
    }
}
