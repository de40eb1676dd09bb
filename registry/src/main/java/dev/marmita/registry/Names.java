package dev.marmita.registry;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/** The rules for names, labels and free key-values. */
final class Names {

    static final String LATEST = "latest";

    private static final Pattern DNS_LABEL =
            Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern TAG_KEY =
            Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,126}[A-Za-z0-9])?");
    private static final int LABEL_LENGTH = 40;
    private static final int MAX_ENTRIES = 256;

    private Names() {}

    static boolean isName(String value) {
        return DNS_LABEL.matcher(value).matches();
    }

    static boolean isLabel(String value) {
        return value.length() <= LABEL_LENGTH && isName(value);
    }

    static String name(String field, String value) {
        if (!isName(value)) {
            throw new RegistryException.InvalidArgument(
                    field,
                    "a name is 1 to 63 of a-z, 0-9 and '-', not starting or ending with '-': '"
                            + shortened(value)
                            + "'");
        }
        return value;
    }

    static String label(String field, String value) {
        if (!isLabel(value)) {
            throw new RegistryException.InvalidArgument(
                    field,
                    "a label is 1 to 40 of a-z, 0-9 and '-', not starting or ending with '-': '"
                            + shortened(value)
                            + "'");
        }
        return value;
    }

    /** Copies tags, metadata or provenance, with the longest value that the field may have. */
    static Map<String, String> keyValues(String field, Map<String, String> map, int longest) {
        if (map.size() > MAX_ENTRIES) {
            throw new RegistryException.InvalidArgument(
                    field, "at most " + MAX_ENTRIES + " entries, not " + map.size());
        }
        map.forEach(
                (key, value) -> {
                    if (!TAG_KEY.matcher(key).matches()) {
                        throw new RegistryException.InvalidArgument(
                                field,
                                "a key is 1 to 128 letters, digits, '.', '_', '/' and '-': '"
                                        + shortened(key)
                                        + "'");
                    }
                    text(field + "." + key, value, longest);
                });
        return Map.copyOf(map);
    }

    static String text(String field, String value, int longest) {
        if (value.length() > longest) {
            throw new RegistryException.InvalidArgument(
                    field, "at most " + longest + " characters, not " + value.length());
        }
        if (value.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new RegistryException.InvalidArgument(
                    field, "must be text without U+0000 and unpaired surrogates");
        }
        return value;
    }

    static String shortened(String value) {
        return value.length() <= 60 ? value : value.substring(0, 60) + "…";
    }
}
