package dev.marmita.scheduler;

/** Another scheduler leads now; whatever this one was about to do must not be done. */
public final class LeaseLostException extends RuntimeException {
    public LeaseLostException(long epoch) {
        super("the lease of epoch " + epoch + " is lost");
    }
}
