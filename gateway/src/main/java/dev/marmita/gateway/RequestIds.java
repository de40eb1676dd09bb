package dev.marmita.gateway;

import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Takes a client's request id where it is harmless, else makes one. */
final class RequestIds {

    private static final int LONGEST = 128;

    private final RandomGenerator random;

    RequestIds(RandomGenerator random) {
        this.random = random;
    }

    String of(@Nullable String offered) {
        return offered != null && harmless(offered) ? offered : make();
    }

    private String make() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }

    private static boolean harmless(String id) {
        return !id.isEmpty()
                && id.length() <= LONGEST
                && id.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    }
}
