package dev.marmita.registry.catalog;

import dev.marmita.registry.Page;
import dev.marmita.registry.PageRequest;
import dev.marmita.registry.RegistryException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Pages by the key of their last row, which the token hides so that nobody builds one. */
final class Paging {

    private static final String FORMAT = "1:";

    private Paging() {}

    /** The key after which the page begins; empty text before all. */
    static String after(PageRequest request) {
        return request.token().map(Paging::decoded).orElse("");
    }

    /** As {@link #after} for lists in the order of a falling number. */
    static long below(PageRequest request) {
        try {
            return request.token().map(Paging::decoded).map(Long::parseLong).orElse(Long.MAX_VALUE);
        } catch (NumberFormatException notANumber) {
            throw notOurs();
        }
    }

    /**
     * @param rows at most one more than the page takes
     */
    static <R, T> Page<T> page(
            PageRequest request, List<R> rows, Function<R, Object> key, Function<R, T> value) {
        List<R> here = rows.subList(0, Math.min(request.size(), rows.size()));
        Optional<String> next =
                rows.size() > request.size()
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
            if (text.startsWith(FORMAT) && text.indexOf('\0') < 0) {
                return text.substring(FORMAT.length());
            }
        } catch (IllegalArgumentException notBase64) {
            throw notOurs();
        }
        throw notOurs();
    }

    private static RegistryException notOurs() {
        return new RegistryException.InvalidArgument(
                "pageToken", "this page token was not given by this list");
    }
}
