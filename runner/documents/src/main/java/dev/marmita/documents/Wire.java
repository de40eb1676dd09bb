package dev.marmita.documents;

import dev.marmita.documents.fields.FieldFinder;
import dev.marmita.documents.image.Point;
import dev.marmita.documents.image.Quad;
import dev.marmita.documents.layout.Amounts;
import dev.marmita.documents.layout.Dates;
import dev.marmita.documents.layout.Finding;
import dev.marmita.documents.metadata.Metadatum;
import dev.marmita.documents.metadata.TechnicalCheck;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What goes over the wire: whole pixels, confidences of three decimals. */
final class Wire {

    private Wire() {}

    static double rounded(double confidence) {
        return Math.round(Math.clamp(confidence, 0, 1) * 1000) / 1000.0;
    }

    static List<List<Integer>> box(Quad quad) {
        return List.of(point(quad.a()), point(quad.b()), point(quad.c()), point(quad.d()));
    }

    static ExtractResponse.MetadataField metadata(Metadatum metadatum) {
        return new ExtractResponse.MetadataField(
                metadatum.item().id(),
                metadatum.item().label(),
                true,
                metadatum.status().id(),
                metadatum.value(),
                rounded(metadatum.confidence()),
                metadatum.place().map(Finding::page),
                metadatum.place().map(place -> box(place.box())),
                metadatum.explanation());
    }

    static Map<String, ExtractResponse.FieldValue> fields(Map<String, Finding> found) {
        Map<String, ExtractResponse.FieldValue> fields = new LinkedHashMap<>();
        found.forEach((name, finding) -> fields.put(name, field(name, finding)));
        return fields;
    }

    static ExtractResponse.Check check(TechnicalCheck check) {
        return new ExtractResponse.Check(
                check.name(),
                check.label(),
                check.required(),
                check.found(),
                check.ok(),
                check.explanation());
    }

    private static ExtractResponse.FieldValue field(String name, Finding finding) {
        return new ExtractResponse.FieldValue(
                finding.value(),
                normalised(name, finding.value()),
                rounded(finding.confidence()),
                finding.page(),
                box(finding.box()));
    }

    private static Optional<String> normalised(String name, String value) {
        return switch (name) {
            case FieldFinder.DATE ->
                    Dates.in(value).stream().map(found -> found.date().toString()).findFirst();
            case FieldFinder.TOTAL, "subtotal", "tax", "cash", "change" ->
                    Amounts.in(value).stream()
                            .map(found -> found.value().toPlainString())
                            .findFirst();
            default -> Optional.empty();
        };
    }

    private static List<Integer> point(Point point) {
        return List.of((int) Math.round(point.x()), (int) Math.round(point.y()));
    }
}
