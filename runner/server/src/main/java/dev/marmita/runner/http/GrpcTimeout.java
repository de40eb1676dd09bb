package dev.marmita.runner.http;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header {@code grpc-timeout}, as in {@code 250m}: at most eight digits and a unit. */
public final class GrpcTimeout {

    private static final Pattern FORM = Pattern.compile("[0-9]{1,8}[HMSmun]");

    private GrpcTimeout() {}

    /** Empty where there is none, or none that is understood. */
    public static Optional<Duration> parse(@Nullable String text) {
        if (text == null || !FORM.matcher(text).matches()) {
            return Optional.empty();
        }
        long value = Long.parseLong(text.substring(0, text.length() - 1));
        return Optional.of(
                switch (text.charAt(text.length() - 1)) {
                    case 'H' -> Duration.ofHours(value);
                    case 'M' -> Duration.ofMinutes(value);
                    case 'S' -> Duration.ofSeconds(value);
                    case 'm' -> Duration.ofMillis(value);
                    case 'u' -> Duration.ofNanos(value * 1_000);
                    default -> Duration.ofNanos(value);
                });
    }
}
