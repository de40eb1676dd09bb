package dev.marmita.cli.api;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and with what pauses a request is repeated: exponential, with jitter, bounded in count.
 *
 * @param attempts in all, at least 1
 * @param first the pause before the second attempt
 * @param longest no pause is longer
 */
public record Retry(int attempts, Duration first, Duration longest, RandomGenerator random) {

    public static Retry usual() {
        return new Retry(
                5, Duration.ofMillis(200), Duration.ofSeconds(5), RandomGenerator.getDefault());
    }

    /** For long transfers, which shall outlive a restart of the platform. */
    public static Retry patient() {
        return new Retry(
                12, Duration.ofMillis(500), Duration.ofSeconds(10), RandomGenerator.getDefault());
    }

    /** @param attempt the one that failed, from 1 */
    Duration pauseAfter(int attempt) {
        long doubled = first.toMillis() << Math.min(attempt - 1, 20);
        long bound = Math.min(doubled, longest.toMillis());
        return Duration.ofMillis(bound / 2 + random.nextLong(bound / 2 + 1));
    }
}
