package dev.marmita.platform.web;

import org.jspecify.annotations.Nullable;

/**
 * Which page of a list, from the query: {@code ?pageSize=&pageToken=}.
 *
 * @param pageSize 1 to 500; 50 where absent
 */
public record PageRequest(@Nullable Integer pageSize, @Nullable String pageToken) {

    private static final int DEFAULT_SIZE = 50;
    private static final int LARGEST_SIZE = 500;

    public int size() {
        if (pageSize != null && (pageSize < 1 || pageSize > LARGEST_SIZE)) {
            throw ProblemException.field("pageSize", "must be 1 to " + LARGEST_SIZE);
        }
        return pageSize == null ? DEFAULT_SIZE : pageSize;
    }

    /** The last key of the page before; empty for the first page. */
    public String after() {
        return PageToken.decode(pageToken);
    }
}
