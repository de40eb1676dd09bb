package dev.marmita.scheduler.spec;

import java.util.Objects;

/**
 * One thing that is wrong with a specification.
 *
 * @param field where, as a path like {@code scaling.maxReplicas} or {@code models.detector}; empty: the
 *     whole document
 * @param message what, in plain words
 */
public record FieldError(String field, String message) {
    public FieldError {
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(message, "message");
    }

    @Override
    public String toString() {
        return field.isEmpty() ? message : field + ": " + message;
    }
}
