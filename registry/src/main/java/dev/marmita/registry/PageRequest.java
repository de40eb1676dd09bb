package dev.marmita.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which page of a list.
 *
 * @param size 1 to 500
 * @param token {@link Page#nextPageToken()} of the page before; empty: the first page
 */
public record PageRequest(int size, Optional<String> token) {

    public static final int DEFAULT_SIZE = 50;
    public static final int MAX_SIZE = 500;
    private static final String FORMAT = "1:";

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

    /** The key after which this page begins. */
    Optional<String> after() {
        return token.map(PageRequest::decoded);
    }

    /** As {@link #after()} for lists in the order of a number. */
    long afterNumber(long ifFirst) {
        try {
            return after().map(Long::parseLong).orElse(ifFirst);
        } catch (NumberFormatException notANumber) {
            throw invalid();
        }
    }

    /**
     * Makes the page.
     *
     * @param rows at most {@code size + 1} rows from {@link #after()} on
     * @param key what {@link #after()} of the next page is
     */
    <R, T> Page<T> page(List<R> rows, Function<R, Object> key, Function<R, T> value) {
        List<R> here = rows.subList(0, Math.min(size, rows.size()));
        Optional<String> next =
                rows.size() > size
                        ? Optional.of(encoded(key.apply(here.getLast()).toString()))
                        : Optional.empty();
        return new Page<>(here.stream().map(value).toList(), next);
    }

    private static String encoded(String key) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((FORMAT + key).getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String token) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.startsWith(FORMAT)) {
                return text.substring(FORMAT.length());
            }
        } catch (IllegalArgumentException notBase64) {
            // answered below, as any other token that is not ours
        }
        throw invalid();
    }

    private static RegistryException invalid() {
        return new RegistryException.InvalidArgument(
                "pageToken", "this page token was not given by this list");
    }
}
