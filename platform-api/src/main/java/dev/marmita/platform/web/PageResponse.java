package dev.marmita.platform.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param nextPageToken for the next page; absent on the last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PageResponse<T>(List<T> items, @Nullable String nextPageToken) {

    public PageResponse {
        items = List.copyOf(items);
    }

    /**
     * A page from one item more than asked for, so that it is known whether there is another page.
     *
     * @param found at most {@code size + 1} items in order
     * @param key what the next page starts after
     */
    public static <T> PageResponse<T> of(List<T> found, int size, Function<T, String> key) {
        if (found.size() <= size) {
            return new PageResponse<>(found, null);
        }
        List<T> items = found.subList(0, size);
        return new PageResponse<>(items, PageToken.encode(key.apply(items.getLast())));
    }
}
