package dev.marmita.platform.secrets;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * As a tenant calls a secret: a DNS label of at most 63 characters. In JSON a string.
 *
 * @throws IllegalArgumentException where the name breaks that rule
 */
public record SecretName(@JsonValue String value) {

    private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    @JsonCreator
    public SecretName {
        // What was given is not repeated: it may be a value in the wrong place.
        if (!LABEL.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "secret name must be 1 to 63 of a-z, 0-9 and '-', not starting or ending with '-'");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
