package dev.marmita.registry;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * What a content is known by: its SHA-256.
 *
 * @param hex 64 lower-case hex digits
 */
public record Digest(String hex) {

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final String PREFIX = "sha256:";

    public Digest {
        if (!HEX.matcher(hex).matches()) {
            throw new RegistryException.InvalidArgument(
                    "digest", "a digest is sha256: and 64 lower-case hex digits");
        }
    }

    /**
     * Reads {@code sha256:<hex>}.
     *
     * @throws RegistryException.InvalidArgument for anything else
     */
    @JsonCreator
    public static Digest parse(String text) {
        return new Digest(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : "");
    }

    /** {@code sha256:<hex>}. */
    @JsonValue
    @Override
    public String toString() {
        return PREFIX + hex;
    }
}
