package dev.marmita.documents;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The text of a document and what it says.
 *
 * @param metadata the items of Decreto 10.278/2020, Anexo II
 * @param fields of receipts and invoices, by name; those that were found
 * @param technical the checks of Decreto 10.278/2020, Anexo I
 */
public record ExtractResponse(
        List<OcrResponse.Page> pages,
        String text,
        Metadata metadata,
        Map<String, FieldValue> fields,
        Technical technical) {

    public record Metadata(String standard, List<MetadataField> fields) {}

    /**
     * One item of the metadata.
     *
     * @param label its name in the decree
     * @param required always true: every item in the list is asked for
     * @param status {@code read}, {@code computed}, {@code supplied} or {@code missing}
     * @param page where it was read, from 1
     */
    public record MetadataField(
            String name,
            String label,
            boolean required,
            String status,
            Optional<String> value,
            double confidence,
            Optional<Integer> page,
            Optional<List<List<Integer>>> box,
            String explanation) {}

    /**
     * A field of a receipt or invoice.
     *
     * @param value as it is printed
     * @param normalised dates as 2026-03-12, amounts as 1234.50
     */
    public record FieldValue(
            String value,
            Optional<String> normalised,
            double confidence,
            int page,
            List<List<Integer>> box) {}

    /**
     * The technical checks.
     *
     * @param kind the kind of original that they are for; {@code assumed} where the request named none
     */
    public record Technical(String standard, String kind, boolean assumed, List<Check> checks) {}

    /**
     * One check.
     *
     * @param ok null where the file does not tell
     */
    public record Check(
            String name,
            String label,
            String required,
            String found,
            Optional<Boolean> ok,
            String explanation) {}
}
