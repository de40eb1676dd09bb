package dev.marmita.documents.source;

import dev.marmita.documents.source.FileFacts.Property;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Calendar;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.common.PDMetadata;
import org.jspecify.annotations.Nullable;

/** What a PDF file says about itself: its information dictionary and its claim to be PDF/A (ISO 19005). */
final class PdfFacts {

    private static final int MAX_XMP = 1 << 20;
    private static final int MAX_TEXT = 1000;

    /** The claim as an element or as an attribute; XMP is searched, not parsed, so it needs no XML parser. */
    private static final Pattern PART = Pattern.compile("pdfaid:part\\s*(?:=\\s*[\"']|>)\\s*(\\d)");

    private static final Pattern CONFORMANCE =
            Pattern.compile("pdfaid:conformance\\s*(?:=\\s*[\"']|>)\\s*([A-Za-z])");

    private PdfFacts() {}

    static FileFacts of(PDDocument document) throws IOException {
        PDDocumentInformation information = document.getDocumentInformation();
        Map<Property, String> properties = new EnumMap<>(Property.class);
        put(properties, Property.TITLE, information.getTitle());
        put(properties, Property.AUTHOR, information.getAuthor());
        put(properties, Property.SUBJECT, information.getSubject());
        put(properties, Property.KEYWORDS, information.getKeywords());
        put(properties, Property.SOFTWARE, information.getProducer());
        Calendar created = information.getCreationDate();
        if (created != null) {
            put(properties, Property.CREATED, created.toInstant().toString());
        }
        return new FileFacts("PDF", profile(document), properties);
    }

    private static Optional<String> profile(PDDocument document) throws IOException {
        PDMetadata metadata = document.getDocumentCatalog().getMetadata();
        if (metadata == null) {
            return Optional.empty();
        }
        String xmp;
        try (InputStream in = metadata.createInputStream()) {
            xmp = new String(in.readNBytes(MAX_XMP), StandardCharsets.UTF_8);
        }
        Matcher part = PART.matcher(xmp);
        if (!part.find()) {
            return Optional.empty();
        }
        Matcher conformance = CONFORMANCE.matcher(xmp);
        String level = conformance.find() ? conformance.group(1).toUpperCase(Locale.ROOT) : "";
        return Optional.of("PDF/A-" + part.group(1) + level);
    }

    private static void put(
            Map<Property, String> properties, Property property, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            String text = value.strip();
            properties.put(property, text.substring(0, Math.min(MAX_TEXT, text.length())));
        }
    }
}
