package dev.marmita.registry;

import java.util.Optional;

/**
 * Which page of a list.
 *
 * @param size 1 to 500
 * @param token {@link Page#nextPageToken()} of the page before; empty: the first page
 */
public record PageRequest(int size, Optional<String> token) {

    public static final int DEFAULT_SIZE = 50;
    public static final int MAX_SIZE = 500;

    public PageRequest {
        if (size < 1 || size > MAX_SIZE) {
            throw new RegistryException.InvalidArgument(
                    "pageSize", "a page has 1 to " + MAX_SIZE + " items, not " + size);
        }
    }

    /** The first page. */
    public static PageRequest first(int size) {
        return new PageRequest(size, Optional.empty());
    }
}
