package dev.marmita.platform.artifacts;

import dev.marmita.platform.web.ProblemException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code ?tag=key=value}, any number of times. */
final class Tags {

    private Tags() {}

    static Map<String, String> parse(@Nullable List<String> tags) {
        if (tags == null) {
            return Map.of();
        }
        Map<String, String> parsed = new LinkedHashMap<>();
        for (String tag : tags) {
            int equals = tag.indexOf('=');
            if (equals < 1) {
                throw ProblemException.field("tag", "must be key=value");
            }
            parsed.put(tag.substring(0, equals), tag.substring(equals + 1));
        }
        return parsed;
    }
}
