package dev.marmita.platform.tenants;

import dev.marmita.platform.web.ProblemException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads how long a token lives. */
final class Lifetimes {

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,6})([smhd])");
    private static final Duration LONGEST = Duration.ofDays(3650);

    private Lifetimes() {}

    /**
     * @throws ProblemException unless it is like {@code 90d}, from one second to ten years
     */
    static Duration parse(String text) {
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
            if (lifetime.compareTo(LONGEST) <= 0) {
                return lifetime;
            }
        }
        throw ProblemException.field(
                "expiresIn", "must be a time like 30m, 12h or 90d, at most 3650d");
    }
}
