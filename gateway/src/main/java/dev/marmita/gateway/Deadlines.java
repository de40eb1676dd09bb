package dev.marmita.gateway;

import dev.marmita.gateway.GatewaySettings.Timeouts;
import dev.marmita.routing.Route.Limits;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which bound of time a request has passed. Pure but for its own state; times are {@code
 * System.nanoTime()} values.
 *
 * <p>{@code requestTimeout} runs from the last byte of the request to the first of the answer. Waiting
 * for a busy replica counts. Waiting for one to appear has its own bound, {@code wakeTimeout}, and does
 * not count: else a cold start could never take longer than a request.
 */
final class Deadlines {

    enum Phase {
        READING,
        WAITING,
        ASKING,
        ANSWERING,
        DONE
    }

    private final Limits limits;
    private final Timeouts timeouts;
    private final boolean open;
    private final long began;
    private long moved;
    private long waits;
    private boolean bodyEnded;
    private long bodyEndedAt;
    private long held;

    /**
     * @param open whether the body may stay open for as long as something moves (gRPC)
     */
    Deadlines(Limits limits, Timeouts timeouts, boolean open, long now) {
        this.limits = limits;
        this.timeouts = timeouts;
        this.open = open;
        this.began = now;
        this.moved = now;
    }

    void moved(long now) {
        moved = now;
    }

    void bodyEnded(long now) {
        bodyEnded = true;
        bodyEndedAt = now;
        moved = now;
    }

    void waits(long now) {
        waits = now;
    }

    /**
     * @param cold whether it waited for a replica to appear
     */
    void granted(boolean cold, long now) {
        if (cold) {
            held += now - waits;
        }
        moved = now;
    }

    /** Time left for the answer, in milliseconds, 1 or more; 0: not known while the body comes in. */
    long answerMillisLeft(long now) {
        if (!bodyEnded) {
            return 0;
        }
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(answerBy() - now));
    }

    /**
     * @param cold whether it waits for a replica to appear
     * @param bodyPaused whether the client waits for us rather than we for it
     * @return how it ends, null: it goes on
     */
    @Nullable Refusal passed(Phase phase, boolean cold, boolean bodyPaused, long now) {
        return switch (phase) {
            case READING -> reading(now);
            case WAITING -> waiting(cold, now);
            case ASKING -> asking(bodyPaused, now);
            case ANSWERING ->
                    over(moved, timeouts.streamIdle(), now) ? Refusal.streamStalled() : null;
            case DONE -> null;
        };
    }

    private @Nullable Refusal reading(long now) {
        if (open) {
            return null;
        }
        if (over(moved, timeouts.bodyIdle(), now)) {
            return Refusal.bodyTimeout("nothing came for " + timeouts.bodyIdle());
        }
        if (over(began + held, timeouts.body(), now)) {
            return Refusal.bodyTimeout("limit " + timeouts.body());
        }
        return null;
    }

    private @Nullable Refusal waiting(boolean cold, long now) {
        if (cold) {
            long bound = TimeUnit.MILLISECONDS.toNanos(limits.wakeTimeoutMillis());
            return held + now - waits > bound
                    ? Refusal.wakeTimeout(limits.wakeTimeoutMillis())
                    : null;
        }
        long by = bodyEnded ? answerBy() : waits + requestTimeout();
        return now - by > 0 ? Refusal.requestTimeout(limits.requestTimeoutMillis()) : null;
    }

    private @Nullable Refusal asking(boolean bodyPaused, long now) {
        if (bodyEnded) {
            return now - answerBy() > 0
                    ? Refusal.requestTimeout(limits.requestTimeoutMillis())
                    : null;
        }
        if (open || bodyPaused) {
            return over(moved, timeouts.streamIdle(), now) ? Refusal.streamStalled() : null;
        }
        return reading(now);
    }

    private long answerBy() {
        return bodyEndedAt + held + requestTimeout();
    }

    private long requestTimeout() {
        return TimeUnit.MILLISECONDS.toNanos(limits.requestTimeoutMillis());
    }

    private static boolean over(long since, Duration bound, long now) {
        return now - since > bound.toNanos();
    }
}
