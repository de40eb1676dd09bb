package dev.marmita.scheduler.jpa;

/** Texts that come from outside, made fit for PostgreSQL. */
final class Texts {

    private static final int LONGEST = 8_000;

    private Texts() {}

    /** Without the character that PostgreSQL refuses, and bounded. */
    static String stored(String text) {
        String clean = text.replace('\0', '\uFFFD');
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST) + "…";
    }
}
