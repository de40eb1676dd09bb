package dev.marmita.registry.onnx;

/** The file is no model that the platform takes; the message says why. */
final class InvalidModelException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidModelException(String message) {
        super(message);
    }
}
