package dev.marmita.documents.source;

import java.util.Map;
import java.util.Optional;

/**
 * What a file says about itself.
 *
 * @param format {@code PNG}, {@code JPEG}, {@code TIFF} or {@code PDF}
 * @param profile such as {@code PDF/A-2B}
 * @param properties embedded metadata that was present
 */
public record FileFacts(String format, Optional<String> profile, Map<Property, String> properties) {

    public FileFacts {
        properties = Map.copyOf(properties);
    }

    public Optional<String> property(Property property) {
        return Optional.ofNullable(properties.get(property));
    }

    /** Kinds of embedded metadata. */
    public enum Property {
        TITLE,
        AUTHOR,
        SUBJECT,
        KEYWORDS,
        /** When the file was made; ISO 8601 where it could be understood. */
        CREATED,
        /** The person or body that ran the scanner or camera, where the file names one. */
        OPERATOR,
        /** The program or device that made the file. */
        SOFTWARE
    }
}
