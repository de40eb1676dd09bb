package dev.marmita.documents.source;

import java.util.Optional;

/** Resolutions that files state. */
final class Dpi {

    private static final double MIN = 20;
    private static final double MAX = 9600;

    private Dpi() {}

    /** The rounded value; empty for placeholders such as 0 and 1. */
    static Optional<Integer> of(double dpi) {
        return dpi >= MIN && dpi <= MAX ? Optional.of((int) Math.round(dpi)) : Optional.empty();
    }
}
