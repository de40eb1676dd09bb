package dev.marmita.scheduler.plan;

import dev.marmita.scheduler.compute.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How a revision's replicas have fared lately.
 *
 * @param failures without a stable run in between
 * @param nextTry not before then another replica is started
 */
public record Health(int failures, Instant nextTry, Optional<Failure> last) {

    /** So many failures without a stable run are a crash loop. */
    public static final int CRASH_LOOP = 3;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** No failure known. */
    public static final Health GOOD = new Health(0, Instant.EPOCH, Optional.empty());

    /** After one more: the first retry is at once, later ones wait 1 s, 2 s, 4 s … 5 min, ± 20 %. */
    public Health failed(Failure failure, Instant now, RandomGenerator random) {
        int count = failures + 1;
        long pause =
                count == 1
                        ? 0
                        : Math.min(LONGEST_PAUSE.toMillis(), 1000L << Math.min(count - 2, 20));
        long jittered = Math.round(pause * (0.8 + 0.4 * random.nextDouble()));
        return new Health(count, now.plusMillis(jittered), Optional.of(failure));
    }

    /** Whether no further try can help. */
    public boolean hopeless() {
        return last.map(failure -> failure.reason().permanent()).orElse(false);
    }

    /** Whether it keeps failing, so that nobody should wait for it. */
    public boolean loops() {
        return failures >= CRASH_LOOP;
    }

    /** Whether a roll-out to it counts as failed. */
    public boolean broken() {
        return hopeless() || loops();
    }

    /** Whether another replica may be started now. */
    public boolean mayTry(Instant now) {
        return !hopeless() && !now.isBefore(nextTry);
    }

    /** The reason to show: a crash loop hides a mere exit, but not what explains it. */
    public String reason() {
        if (last.isEmpty()) {
            return "Unknown";
        }
        return switch (last.get().reason()) {
            case EXITED, KILLED, START_FAILED, UNRESPONSIVE, LOST ->
                    loops() ? "CrashLooping" : last.get().reason().text();
            default -> last.get().reason().text();
        };
    }

    /** What to show with {@link #reason}. */
    public String message() {
        return last.map(Failure::message).orElse("");
    }
}
