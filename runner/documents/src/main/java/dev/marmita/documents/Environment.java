package dev.marmita.documents;

import java.util.Map;
import java.util.Optional;

/** The deployment's {@code env}, read strictly: a wrong value stops the start with a clear message. */
record Environment(Map<String, String> values) {

    long positive(String name, long otherwise) {
        String value = values.get(name);
        if (value == null || value.isBlank()) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value.strip());
            if (number > 0 && number <= 1_000_000) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refuse(name, value);
        }
        throw refuse(name, value);
    }

    boolean flag(String name, boolean otherwise) {
        return switch (values.getOrDefault(name, "")) {
            case "" -> otherwise;
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("env " + name + " must be true or false");
        };
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    private static IllegalArgumentException refuse(String name, String value) {
        return new IllegalArgumentException(
                "env " + name + " must be a number from 1 to 1000000, not '" + value + "'");
    }
}
