package dev.marmita.runner.onnx;

/** The device that models are to run on is not there, or cannot be used. */
public final class DeviceUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DeviceUnavailableException(String message) {
        super(message);
    }
}
