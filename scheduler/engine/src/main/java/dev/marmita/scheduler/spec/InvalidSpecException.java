package dev.marmita.scheduler.spec;

import java.util.List;
import java.util.stream.Collectors;

/** A specification that cannot be taken; names every field that is wrong (at most 50). */
public final class InvalidSpecException extends RuntimeException {

    private final transient List<FieldError> errors;

    public InvalidSpecException(List<FieldError> errors) {
        super(errors.stream().map(FieldError::toString).collect(Collectors.joining("; ")));
        this.errors = List.copyOf(errors);
    }

    public List<FieldError> errors() {
        return errors;
    }
}
