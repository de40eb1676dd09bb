package dev.marmita.scheduler;

import dev.marmita.scheduler.DeploymentException.Code;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Pages over a key: the token is the last key of the page, made opaque. */
public final class PageTokens {

    private static final int LONGEST = 512;

    private PageTokens() {}

    /** 1 … 500. */
    public static int bounded(int pageSize) {
        return Math.clamp(pageSize, 1, 500);
    }

    /** The key after which the page begins; {@code start} where there is no token. */
    public static String key(Optional<String> token, String start) {
        if (token.isEmpty()) {
            return start;
        }
        try {
            if (token.get().length() > LONGEST) {
                throw new IllegalArgumentException("too long");
            }
            return new String(Base64.getUrlDecoder().decode(token.get()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw badToken();
        }
    }

    /**
     * @param found one more than fits, where there are more
     */
    public static <T> Page<T> page(List<T> found, int size, Function<T, String> key) {
        if (found.size() <= size) {
            return new Page<>(found, Optional.empty());
        }
        List<T> items = found.subList(0, size);
        byte[] last = key.apply(items.getLast()).getBytes(StandardCharsets.UTF_8);
        return new Page<>(
                items, Optional.of(Base64.getUrlEncoder().withoutPadding().encodeToString(last)));
    }

    /** For keys that do not read as what they are. */
    public static DeploymentException badToken() {
        return new DeploymentException(Code.BAD_PAGE_TOKEN, "the page token is not one of ours");
    }
}
