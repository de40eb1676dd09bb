package dev.marmita.runner.onnx;

import dev.marmita.service.BadInputException;
import dev.marmita.service.ElementKind;
import dev.marmita.service.ModelFailedException;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One run of each model before anybody is served. On CUDA the first run loads code onto the device, finds
 * the fastest algorithms and takes memory, which is seconds that no caller should wait for, and memory whose
 * lack is better found now.
 *
 * @param all whether models run whose signature leaves nothing but their rows open
 * @param shapes inputs of further models, by {@code slot}, or {@code slot.input} where there are several
 */
public record FirstRuns(boolean all, Map<String, List<Long>> shapes) {

    /** No model runs before it is asked. */
    public static final FirstRuns NONE = new FirstRuns(false, Map.of());

    private static final String VARIABLE = "MARMITA_WARM_UP";
    private static final long MOST_BYTES = 1L << 30;
    private static final Pattern SHAPE =
            Pattern.compile("([^=,]+)=([1-9][0-9]{0,8}(?:x[1-9][0-9]{0,8}){0,7})");

    public FirstRuns {
        shapes = Map.copyOf(shapes);
    }

    /**
     * Reads {@code MARMITA_WARM_UP}: {@code off}, {@code auto}, or shapes beyond that, such as {@code
     * detector=1x3x960x960,recogniser=1x3x48x320}. Absent: {@code auto} on CUDA, {@code off} on the
     * processor.
     *
     * @throws IllegalArgumentException where it is none of these
     */
    public static FirstRuns of(Map<String, String> env, Device device) {
        String wanted = env.get(VARIABLE);
        if (wanted == null) {
            return device.cuda().isPresent() ? new FirstRuns(true, Map.of()) : NONE;
        }
        return switch (wanted) {
            case "off" -> NONE;
            case "auto" -> new FirstRuns(true, Map.of());
            default -> new FirstRuns(true, shapes(wanted));
        };
    }

    private static Map<String, List<Long>> shapes(String wanted) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        for (String one : wanted.split(",", -1)) {
            var matcher = SHAPE.matcher(one.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        VARIABLE
                                + " must be off, auto or shapes such as detector=1x3x960x960, not "
                                + one);
            }
            shapes.put(
                    matcher.group(1),
                    Arrays.stream(matcher.group(2).split("x")).map(Long::valueOf).toList());
        }
        return shapes;
    }

    /**
     * @throws IllegalArgumentException where a shape is for none of these slots
     */
    public void check(Collection<String> slots) {
        for (String key : shapes.keySet()) {
            if (slots.stream().noneMatch(slot -> key.equals(slot) || key.startsWith(slot + "."))) {
                throw new IllegalArgumentException(
                        VARIABLE + " names " + key + ", which is none of the slots " + slots);
            }
        }
    }

    /**
     * Runs a model once on zeros, where it is known on which.
     *
     * @throws FirstRunException where the model does not run on them
     */
    public void run(String slot, OnnxModel model) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (Signature.Port port : model.signature().inputs()) {
            Optional<List<Long>> shape = shape(slot, port, model.signature());
            if (shape.isEmpty()) {
                return;
            }
            inputs.put(port.name(), zeros(slot, port, shape.get()));
        }
        try {
            model.runBefore(inputs);
        } catch (BadInputException | ModelFailedException e) {
            throw new FirstRunException(
                    "the first run of the model in slot '" + slot + "' failed: " + e.getMessage(),
                    e);
        }
    }

    private Optional<List<Long>> shape(String slot, Signature.Port port, Signature signature) {
        List<Long> given = shapes.get(slot + "." + port.name());
        if (given == null && signature.inputs().size() == 1) {
            given = shapes.get(slot);
        }
        if (given != null) {
            return Optional.of(given);
        }
        List<Long> open = port.shape();
        boolean rowsAlone = !open.isEmpty() && open.stream().skip(1).allMatch(size -> size > 0);
        return all && rowsAlone
                ? Optional.of(open.stream().map(size -> Math.max(1, size)).toList())
                : Optional.empty();
    }

    private static Tensor zeros(String slot, Signature.Port port, List<Long> sizes) {
        long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
        double elements = Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
        int size = port.kind() == ElementKind.BYTES ? 1 : port.kind().size();
        if (elements * size > MOST_BYTES) {
            throw new FirstRunException(
                    VARIABLE + ": shape " + sizes + " for slot '" + slot + "' is beyond 1 GiB");
        }
        return port.kind() == ElementKind.BYTES
                ? Tensor.ofStrings(Collections.nCopies((int) elements, new byte[0]), shape)
                : Tensor.of(port.kind(), Tensor.allocate((int) elements * size), shape);
    }

    /** A model that is there and does not run. */
    public static final class FirstRunException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        FirstRunException(String message) {
            super(message);
        }

        FirstRunException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
