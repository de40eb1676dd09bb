package dev.marmita.documents.source;

/** An open document. Not thread-safe. */
public interface PageReader extends AutoCloseable {

    FileFacts facts();

    int pageCount();

    /**
     * Looks for what would cost too much, before the first page is read and after the pages were
     * counted.
     *
     * @throws dev.marmita.service.BadInputException where it finds something
     */
    default void check() {}

    /**
     * Decodes a page.
     *
     * @param index from 0
     * @throws dev.marmita.service.BadInputException where it is damaged or over a limit
     */
    SourcePage read(int index);

    @Override
    void close();
}
