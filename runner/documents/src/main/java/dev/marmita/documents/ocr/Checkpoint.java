package dev.marmita.documents.ocr;

/** Asked between pages and lines whether the work is still wanted. */
@FunctionalInterface
public interface Checkpoint {

    /**
     * Returns where the work is still wanted.
     *
     * @throws java.util.concurrent.CancellationException where it is not
     */
    void pass();
}
