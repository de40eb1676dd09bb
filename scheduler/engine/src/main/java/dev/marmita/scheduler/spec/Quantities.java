package dev.marmita.scheduler.spec;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text forms of durations, byte counts and cores. */
final class Quantities {

    static final String DURATION = "^(0|[1-9][0-9]{0,8})(ms|s|m|h)$";
    static final String BYTES = "^([1-9][0-9]{0,14})(Ki|Mi|Gi|Ti)?$";
    static final String CORES = "^([1-9][0-9]{0,6})m$";

    private static final Pattern DURATION_PATTERN = Pattern.compile(DURATION);
    private static final Pattern BYTES_PATTERN = Pattern.compile(BYTES);
    private static final Pattern CORES_PATTERN = Pattern.compile(CORES);

    private Quantities() {}

    static Optional<Duration> duration(String text) {
        Matcher matcher = DURATION_PATTERN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    default -> Duration.ofHours(number);
                });
    }

    /** Shortest exact form; parses back to an equal duration. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds == 0 || seconds % 60 != 0 || seconds == 60) {
            return seconds + "s";
        }
        return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds / 60 + "m";
    }

    static Optional<Long> bytes(String text) {
        Matcher matcher = BYTES_PATTERN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int shift =
                matcher.group(2) == null
                        ? 0
                        : 10 * (1 + "KMGT".indexOf(matcher.group(2).charAt(0)));
        long number = Long.parseLong(matcher.group(1));
        return number > Long.MAX_VALUE >> shift ? Optional.empty() : Optional.of(number << shift);
    }

    static String bytesText(long bytes) {
        int unit = 0;
        long rest = bytes;
        while (unit < 4 && rest != 0 && rest % 1024 == 0) {
            rest /= 1024;
            unit++;
        }
        return unit == 0 ? Long.toString(bytes) : rest + "KMGT".substring(unit - 1, unit) + "i";
    }

    /** {@code 500m}: thousandths of a core. */
    static Optional<Integer> coresText(String text) {
        Matcher matcher = CORES_PATTERN.matcher(text);
        return matcher.matches()
                ? Optional.of(Integer.valueOf(matcher.group(1)))
                : Optional.empty();
    }

    /** {@code 2} or {@code 0.5}; empty where it is not a whole number of thousandths. */
    static Optional<Integer> cores(BigDecimal cores) {
        try {
            return Optional.of(cores.movePointRight(3).intValueExact());
        } catch (ArithmeticException notWhole) {
            return Optional.empty();
        }
    }
}
