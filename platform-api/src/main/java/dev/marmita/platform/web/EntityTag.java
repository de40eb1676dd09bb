package dev.marmita.platform.web;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Strong entity tags over a number that grows with every change ({@code "7"}). */
public final class EntityTag {

    private static final Pattern TAG = Pattern.compile("\"(\\d{1,18})\"");

    private EntityTag() {}

    public static String of(long number) {
        return "\"" + number + "\"";
    }

    /**
     * The number that the caller has seen; empty where it set no condition.
     *
     * @throws ProblemException where the header is no tag of ours
     */
    public static OptionalLong expected(@Nullable String ifMatch) {
        if (ifMatch == null || ifMatch.equals("*")) {
            return OptionalLong.empty();
        }
        Matcher matcher = TAG.matcher(ifMatch.strip());
        if (!matcher.matches()) {
            throw ProblemException.field(
                    "If-Match", "must be an entity tag of this resource, such as \"7\"");
        }
        return OptionalLong.of(Long.parseLong(matcher.group(1)));
    }
}
