package dev.marmita.platform.secrets;

/** Something sealed is not what was sealed, belongs elsewhere, or needs another key. Says nothing of it. */
public final class BrokenSealException extends Exception {

    private static final long serialVersionUID = 1L;

    public BrokenSealException(String message) {
        super(message);
    }
}
