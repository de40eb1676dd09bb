package dev.marmita.runner.onnx;

/** A model file that ONNX Runtime cannot open, or whose inputs and outputs cannot be served. */
public final class ModelInvalidException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * @param message plain words for the person who pushed the model
     */
    public ModelInvalidException(String message) {
        super(message);
    }

    public ModelInvalidException(String message, Throwable cause) {
        super(message, cause);
    }
}
