package dev.marmita.runner.binding;

import java.util.List;
import java.util.Locale;

/** Media types and patterns of them. */
public final class MediaTypes {

    private MediaTypes() {}

    /** Type and subtype in lower case, without parameters. */
    public static String bare(String mediaType) {
        int parameters = mediaType.indexOf(';');
        String type = parameters < 0 ? mediaType : mediaType.substring(0, parameters);
        return type.strip().toLowerCase(Locale.ROOT);
    }

    /** Whether a list of types and {@code image/*} style patterns takes that type; an empty list takes all. */
    public static boolean accepts(List<String> patterns, String mediaType) {
        if (patterns.isEmpty()) {
            return true;
        }
        String type = bare(mediaType);
        for (String pattern : patterns) {
            boolean wild = pattern.endsWith("/*");
            if (pattern.equals("*/*")
                    || (wild && type.startsWith(pattern.substring(0, pattern.length() - 1)))
                    || pattern.equalsIgnoreCase(type)) {
                return true;
            }
        }
        return false;
    }
}
