package dev.marmita.documents.source;

/** An open document. Not thread-safe: pages may be read on different threads, one after another. */
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
     * Pixels that decoding a page goes through, as its headers tell; tells whether there is memory to do
     * it while another page is there.
     *
     * @throws dev.marmita.service.BadInputException where the page is damaged
     */
    long pixels(int index);

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
