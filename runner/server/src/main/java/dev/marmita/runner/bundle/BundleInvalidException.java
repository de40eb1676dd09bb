package dev.marmita.runner.bundle;

/** A bundle that cannot be served as it is, in words for its author. */
public final class BundleInvalidException extends Exception {

    private static final long serialVersionUID = 1L;

    public BundleInvalidException(String message) {
        super(message);
    }

    public BundleInvalidException(String message, Throwable cause) {
        super(message, cause);
    }
}
