package dev.marmita.runner.batching;

import dev.marmita.runner.batching.PaddingChoice.State;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known about calls of different lengths: how long their outputs are, whether filling them up
 * left answers as they were, and whether it paid. How long an output is for inputs of a shape is seen, not
 * computed: a call is filled up only after another of its shape has run as it was. Thread-safe.
 */
final class Widths {

    private static final int MAX_SHAPES = 4_096;
    private static final int STRIKES = 3;

    private final Filling filling;
    private final BatchWatch watch;
    private final PaddingTuner tuner = new PaddingTuner();
    private final Trust trust = new Trust();
    private final Map<BatchKey, Map<String, long[]>> rows =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(
                        Map.Entry<BatchKey, Map<String, long[]>> eldest) {
                    return size() > MAX_SHAPES;
                }
            };
    private int strikes;
    private PaddingChoice told = tuner.choice();

    Widths(Filling filling, BatchWatch watch) {
        this.filling = filling;
        this.watch = watch;
    }

    Filling filling() {
        return filling;
    }

    synchronized PaddingChoice choice() {
        return tuner.choice();
    }

    /**
     * @param batches what is done with calls of equal shapes
     */
    synchronized BatchPlanner.Fill fill(BatchChoice.State batches, long now) {
        if (!tuner.allows(now)) {
            return BatchPlanner.Fill.NEVER;
        }
        return switch (batches) {
            case MEASURING, SWITCHED_ON -> BatchPlanner.Fill.UP_TO_HALF_MORE;
            case PAYS -> BatchPlanner.Fill.WHERE_CHEAPER;
            case DOES_NOT_PAY, SWITCHED_OFF, UNSUITABLE, UNSAFE, FAILS -> BatchPlanner.Fill.NEVER;
        };
    }

    /** Empty where the call cannot be filled up, or its outputs have not been seen. */
    Optional<BatchPlanner.Width> width(BatchKey.Keyed call, Set<String> outputs) {
        synchronized (this) {
            Map<String, long[]> known = rows.get(call.key());
            if (known == null || !known.keySet().containsAll(outputs)) {
                return Optional.empty();
            }
        }
        return filling.width(call);
    }

    /** Shapes of a row of the outputs for inputs of that shape. */
    synchronized Map<String, long[]> rows(BatchKey key) {
        Map<String, long[]> known = rows.get(key);
        return known == null ? Map.of() : Map.copyOf(known);
    }

    /** Calls of that shape ran as they were. */
    void seen(BatchKey key, int count, ModelResult result) {
        boolean same = true;
        synchronized (this) {
            Map<String, long[]> known = rows.computeIfAbsent(key, absent -> new HashMap<>());
            for (Map.Entry<String, Tensor> output : result.outputs().entrySet()) {
                long[] shape = output.getValue().shape();
                if (shape.length == 0 || shape[0] != count) {
                    same = false;
                    continue;
                }
                long[] row = Arrays.copyOfRange(shape, 1, shape.length);
                long[] before = known.put(output.getKey(), row);
                same = same && (before == null || Arrays.equals(before, row));
            }
        }
        if (!same) {
            stop(State.UNSAFE);
        }
    }

    /** Whether the answers of this filled run must be compared with those of every call alone. */
    synchronized boolean mustProve() {
        return trust.mustProve(false);
    }

    void proved(boolean same) {
        if (!same) {
            stop(State.UNSAFE);
            return;
        }
        synchronized (this) {
            trust.proved(false);
        }
    }

    /** A filled run failed though none of its calls fails alone. */
    void strike() {
        boolean out;
        synchronized (this) {
            out = ++strikes >= STRIKES;
        }
        if (out) {
            stop(State.FAILS);
        }
    }

    /** A filled run, chosen for its costs, ended well. */
    void ran(long nanos, long separate, long now) {
        synchronized (this) {
            tuner.ran(nanos, separate, now);
        }
        publish();
    }

    private void stop(State why) {
        synchronized (this) {
            tuner.stop(why);
        }
        publish();
    }

    private void publish() {
        PaddingChoice fresh;
        synchronized (this) {
            fresh = tuner.choice();
            if (fresh.state() == told.state()) {
                return;
            }
            told = fresh;
        }
        watch.chose(fresh);
    }
}
