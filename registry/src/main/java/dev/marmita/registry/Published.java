package dev.marmita.registry;

import java.util.Objects;

/**
 * What a push came to.
 *
 * @param created false where the newest version was this already, so that none was made
 */
public record Published<V extends Version>(V version, boolean created) {
    public Published {
        Objects.requireNonNull(version, "version");
    }
}
