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
