package dev.marmita.documents.source;

import dev.marmita.documents.source.FileFacts.Property;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Embedded metadata of TIFF and Exif directories. */
final class Exif {

    private static final Pattern DATE =
            Pattern.compile("(\\d{4}):(\\d{2}):(\\d{2}) (\\d{2}):(\\d{2}):(\\d{2})");

    private Exif() {}

    static Map<Property, String> properties(TiffDirectory directory) {
        Map<Property, String> found = new EnumMap<>(Property.class);
        put(found, Property.TITLE, directory.text(TiffDirectory.DOCUMENT_NAME));
        put(found, Property.SUBJECT, directory.text(TiffDirectory.DESCRIPTION));
        put(found, Property.OPERATOR, directory.text(TiffDirectory.ARTIST));
        put(found, Property.SOFTWARE, software(directory));
        Optional<TiffDirectory> exif = directory.directory(TiffDirectory.EXIF);
        Optional<String> created =
                exif.flatMap(sub -> sub.text(TiffDirectory.EXIF_DIGITIZED))
                        .or(() -> exif.flatMap(sub -> sub.text(TiffDirectory.EXIF_ORIGINAL)))
                        .or(() -> directory.text(TiffDirectory.DATE_TIME));
        put(found, Property.CREATED, created.flatMap(Exif::iso));
        return found;
    }

    private static Optional<String> software(TiffDirectory directory) {
        Optional<String> device =
                directory
                        .text(TiffDirectory.MAKE)
                        .map(
                                make ->
                                        directory
                                                .text(TiffDirectory.MODEL)
                                                .map(model -> make + " " + model)
                                                .orElse(make));
        return directory.text(TiffDirectory.SOFTWARE).or(() -> device);
    }

    private static Optional<String> iso(String exifDate) {
        Matcher date = DATE.matcher(exifDate);
        if (!date.matches() || date.group(1).equals("0000")) {
            return Optional.empty();
        }
        return Optional.of(date.replaceFirst("$1-$2-$3T$4:$5:$6"));
    }

    private static void put(
            Map<Property, String> found, Property property, Optional<String> value) {
        value.ifPresent(text -> found.put(property, text));
    }
}
