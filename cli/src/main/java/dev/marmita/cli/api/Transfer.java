package dev.marmita.cli.api;

/** Hears how far a transfer is. Called from the transferring thread. */
@FunctionalInterface
public interface Transfer {
    /** @param done bytes so far, of {@code total} */
    void at(long done, long total);
}
