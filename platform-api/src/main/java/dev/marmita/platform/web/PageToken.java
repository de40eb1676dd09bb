package dev.marmita.platform.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Where a page starts, opaque to callers: the last key of the page before. */
public final class PageToken {

    private static final String PREFIX = "1:";
    private static final int LONGEST = 512;

    private PageToken() {}

    public static String encode(String lastKey) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((PREFIX + lastKey).getBytes(UTF_8));
    }

    /**
     * The last key of the page before, or an empty text for the first page.
     *
     * @throws ProblemException where it is not one of ours
     */
    public static String decode(@Nullable String token) {
        if (token == null || token.isEmpty()) {
            return "";
        }
        try {
            String text =
                    token.length() > LONGEST
                            ? ""
                            : new String(Base64.getUrlDecoder().decode(token), UTF_8);
            if (text.startsWith(PREFIX)) {
                return text.substring(PREFIX.length());
            }
        } catch (IllegalArgumentException notBase64) {
            // told below
        }
        throw ProblemException.field("pageToken", "is not a token that this list has given");
    }
}
