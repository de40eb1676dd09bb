package dev.marmita.cli.command;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** Instants for people, in their own zone. */
final class Times {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private Times() {}

    static String local(String instant) {
        if (instant.isEmpty()) {
            return "";
        }
        try {
            return FORMAT.withZone(ZoneId.systemDefault()).format(Instant.parse(instant));
        } catch (DateTimeParseException other) {
            return instant;
        }
    }
}
