package dev.marmita.platform.tenants;

import dev.marmita.platform.web.ProblemException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads how long a token lives. */
final class Lifetimes {

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,6})([smhd])");
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final Duration OVERLAP = Duration.ofHours(24);
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(90);

    private Lifetimes() {}

    /**
     * @throws ProblemException unless it is like {@code 90d}, from one second to ten years
     */
    static Duration parse(String text) {
        return parse(text, "expiresIn", LONGEST);
    }

    /**
     * How long a rotated token is good yet; null: a day.
     *
     * @throws ProblemException unless it is like {@code 24h}, from one second to 90 days
     */
    static Duration overlap(@Nullable String text) {
        return text == null ? OVERLAP : parse(text, "overlap", LONGEST_OVERLAP);
    }

    private static Duration parse(String text, String field, Duration longest) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            long count = Long.parseLong(matcher.group(1));
            Duration lifetime =
                    switch (matcher.group(2)) {
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    };
            if (lifetime.compareTo(longest) <= 0) {
                return lifetime;
            }
        }
        throw ProblemException.field(
                field, "must be a time like 30m, 12h or 90d, at most " + longest.toDays() + "d");
    }
}
