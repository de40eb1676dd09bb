package dev.marmita.runner.inference;

import dev.marmita.service.BadInputException;
import java.time.Duration;
import java.util.Optional;

/** The reserved parameters of a call that mean something here; all others pass unread. Not thread-safe. */
public final class CallParameters {

    private static final long MAX_TIMEOUT_MICROS = 86_400_000_000L;

    private long timeoutMicros;
    private long priority;
    private boolean tellsFinal;

    /** From its arrival on, how long the caller waits for the answer; empty: it does not say. */
    public Optional<Duration> timeout() {
        return timeoutMicros == 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(timeoutMicros * 1_000));
    }

    /** 0: none given; 1 is the most urgent, greater is less so. */
    public long priority() {
        return priority;
    }

    /** Whether a stream's answer shall say that no other follows to the same request. */
    public boolean tellsFinal() {
        return tellsFinal;
    }

    /** Whether that parameter is a number that must be told. */
    public static boolean isNumber(String name) {
        return name.equals("timeout") || name.equals("priority");
    }

    /**
     * A parameter for which {@link #isNumber} holds.
     *
     * @throws BadInputException naming it, where the value makes no sense
     */
    public void number(String name, long value) {
        if (value < 0) {
            throw new BadInputException(name, "parameter '" + name + "' must not be negative");
        }
        if (name.equals("timeout")) {
            timeoutMicros = Math.min(value, MAX_TIMEOUT_MICROS);
        } else {
            priority = value;
        }
    }

    /** A parameter that is a boolean. */
    public void flag(String name, boolean value) {
        if (name.equals("triton_enable_empty_final_response")) {
            tellsFinal = value;
        }
    }

    /**
     * A parameter of one input or output.
     *
     * @throws BadInputException where it asks for what is not served
     */
    public static void requireServed(String name) {
        if (name.startsWith("shared_memory_") || name.equals("classification")) {
            throw new BadInputException(name, "parameter '" + name + "' is not served here");
        }
    }
}
