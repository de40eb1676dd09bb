package dev.marmita.platform.secrets;

/** The master keys are not as they have to be; the message says what to do. */
public final class MasterKeyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MasterKeyException(String message) {
        super(message);
    }
}
