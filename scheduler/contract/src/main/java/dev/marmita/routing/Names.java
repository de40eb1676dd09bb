package dev.marmita.routing;

import java.util.regex.Pattern;

/** The rule for names that become parts of URLs, host names and Kubernetes objects. */
final class Names {

    private static final Pattern DNS_LABEL =
            Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?");

    private Names() {}

    /**
     * @throws IllegalArgumentException unless {@code value} is a DNS label of at most 40 characters
     */
    static String checked(String what, String value) {
        if (!DNS_LABEL.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    what
                            + " must be 1 to 40 of a-z, 0-9 and '-', not starting or ending with '-': '"
                            + shortened(value)
                            + "'");
        }
        return value;
    }

    private static String shortened(String value) {
        return value.length() <= 60 ? value : value.substring(0, 60) + "…";
    }
}
