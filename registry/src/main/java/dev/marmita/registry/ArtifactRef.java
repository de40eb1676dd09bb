package dev.marmita.registry;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** How people point to a version: {@code name@3}, {@code name:production}, or {@code name} for {@code name:latest}. */
public sealed interface ArtifactRef {

    /** The label that moves by itself to every new version. */
    String LATEST = Names.LATEST;

    /** The model's or service's name. */
    String name();

    /** One version, for good. */
    record Numbered(String name, int version) implements ArtifactRef {
        public Numbered {
            Names.name("name", name);
            if (version < 1) {
                throw new RegistryException.InvalidArgument("version", "a version is 1 or more");
            }
        }

        @JsonValue
        @Override
        public String toString() {
            return name + "@" + version;
        }
    }

    /** Whatever the label points to at the moment of asking. */
    record Labelled(String name, String label) implements ArtifactRef {
        public Labelled {
            Names.name("name", name);
            Names.label("label", label);
        }

        @JsonValue
        @Override
        public String toString() {
            return name + ":" + label;
        }
    }

    /**
     * Reads {@code name@3}, {@code name:label} or {@code name}.
     *
     * @throws RegistryException.InvalidArgument for anything else
     */
    @JsonCreator
    static ArtifactRef parse(String text) {
        int at = text.indexOf('@');
        if (at >= 0) {
            return new Numbered(text.substring(0, at), number(text.substring(at + 1)));
        }
        int colon = text.indexOf(':');
        return colon < 0
                ? new Labelled(text, Names.LATEST)
                : new Labelled(text.substring(0, colon), text.substring(colon + 1));
    }

    private static int number(String digits) {
        if (!digits.matches("[1-9][0-9]{0,8}")) {
            throw new RegistryException.InvalidArgument(
                    "version", "a version is a number: '" + Names.shortened(digits) + "'");
        }
        return Integer.parseInt(digits);
    }
}
