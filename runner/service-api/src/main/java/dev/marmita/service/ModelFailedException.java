package dev.marmita.service;

/** The runtime could not run a model on inputs that fit its signature. */
public final class ModelFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ModelFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
