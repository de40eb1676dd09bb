package dev.marmita.runner.batching;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * How calls are batched.
 *
 * @param maxCalls calls in one run, at most
 * @param maxBytes inputs of one run, at most
 * @param maxDelay how long a run may wait for more calls while others are known to come; zero: a batch is
 *     what waits already
 */
public record BatchSettings(Mode mode, int maxCalls, long maxBytes, Duration maxDelay) {

    /** Whether calls are batched. */
    public enum Mode {
        /** Where it has been measured to pay. */
        AUTO,
        /** Wherever the model's shapes allow it, measured or not. */
        ON,
        OFF
    }

    private static final String MODE = "MARMITA_BATCH";
    private static final String SIZE = "MARMITA_BATCH_SIZE";
    private static final String DELAY = "MARMITA_BATCH_DELAY_MICROS";

    /** What holds where a deployment says nothing. */
    public static final BatchSettings DEFAULT =
            new BatchSettings(Mode.AUTO, 32, 64L << 20, Duration.ZERO);

    /** No batching. */
    public static final BatchSettings OFF =
            new BatchSettings(Mode.OFF, 1, 64L << 20, Duration.ZERO);

    public BatchSettings {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(maxDelay, "maxDelay");
        if (maxCalls < 1 || maxBytes < 1 || maxDelay.isNegative()) {
            throw new IllegalArgumentException("a bound on batches is out of its range");
        }
    }

    /**
     * From a deployment's environment.
     *
     * @throws IllegalArgumentException naming the variable that cannot be used
     */
    public static BatchSettings of(Map<String, String> env) {
        Mode mode =
                switch (env.getOrDefault(MODE, "auto")) {
                    case "auto" -> Mode.AUTO;
                    case "on" -> Mode.ON;
                    case "off" -> Mode.OFF;
                    default ->
                            throw new IllegalArgumentException(
                                    MODE + " must be auto, on or off, not '" + env.get(MODE) + "'");
                };
        int size = number(env, SIZE, DEFAULT.maxCalls, 1, 1_024);
        int delay = number(env, DELAY, 0, 0, 1_000_000);
        return new BatchSettings(
                mode,
                mode == Mode.OFF ? 1 : size,
                DEFAULT.maxBytes,
                Duration.ofNanos(delay * 1_000L));
    }

    /**
     * For a method that takes several requests at once, whose author sets bounds of his own.
     *
     * @param maxSize requests in one call, at most; 0: what the deployment says
     * @param delay how long a request may wait for others; zero: what the deployment says
     * @throws IllegalArgumentException naming the variable that cannot be used
     */
    public static BatchSettings ofMethod(Map<String, String> env, int maxSize, Duration delay) {
        BatchSettings wanted = of(env);
        boolean said = env.containsKey(SIZE);
        int size = maxSize > 0 && !said ? maxSize : wanted.maxCalls;
        return new BatchSettings(
                wanted.mode,
                wanted.mode == Mode.OFF ? 1 : maxSize > 0 ? Math.min(size, maxSize) : size,
                wanted.maxBytes,
                delay.isZero() ? wanted.maxDelay : delay);
    }

    private static int number(Map<String, String> env, String name, int absent, int min, int max) {
        String text = env.get(name);
        if (text == null) {
            return absent;
        }
        if (text.matches("[0-9]{1,9}")) {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        }
        throw new IllegalArgumentException(
                name + " must be a number from " + min + " to " + max + ", not '" + text + "'");
    }
}
