package dev.marmita.service;

import java.util.Optional;

/**
 * The caller's fault: the request cannot be answered as it is. Answered with status 400 and this
 * message; other exceptions of a service are answered with a generic 500 and logged.
 */
public final class BadInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Optional<String> field;

    public BadInputException(String message) {
        super(message);
        this.field = Optional.empty();
    }

    /**
     * @param field path of the input field at fault, such as {@code document} or {@code pages[3]}
     */
    public BadInputException(String field, String message) {
        super(message);
        this.field = Optional.of(field);
    }

    public Optional<String> field() {
        return field;
    }
}
