package dev.marmita.registry;

import java.util.Locale;

/** The two kinds of things that the registry holds. */
public enum ArtifactKind {
    MODEL,
    SERVICE;

    /** {@code model} or {@code service}, for messages. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
