package dev.marmita.runner.batching;

import dev.marmita.service.ElementKind;
import dev.marmita.service.Signature;
import java.util.Map;
import java.util.Objects;

/**
 * What the author of a service says of a model: its inputs may be filled up at the end of an axis without
 * an answer changing but for its length. All inputs that are named have the same length there.
 */
public record Padding(Map<String, Pad> inputs) {

    /** Nothing may be filled up. */
    public static final Padding NONE = new Padding(Map.of());

    /**
     * One input.
     *
     * @param axis counted from 0, which is the batch
     * @param value what it is filled up with
     */
    public record Pad(int axis, double value) {}

    public Padding {
        inputs = Map.copyOf(inputs);
    }

    /**
     * Checks that the model is such.
     *
     * @throws IllegalArgumentException saying what does not fit
     */
    void check(Signature signature) {
        if (!Suitability.of(signature)) {
            throw new IllegalArgumentException(
                    "padding is for models whose inputs and outputs all have a variable first"
                            + " dimension");
        }
        inputs.forEach((name, pad) -> check(signature, name, pad));
    }

    private static void check(Signature signature, String name, Pad pad) {
        Signature.Port port =
                signature
                        .input(name)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "padding names the input '"
                                                        + name
                                                        + "'; the model's inputs are "
                                                        + signature.inputs().stream()
                                                                .map(Signature.Port::name)
                                                                .toList()));
        String where = "padding of input '" + name + "': ";
        require(
                pad.axis() > 0 && pad.axis() < port.shape().size(),
                where + "there is no axis " + pad.axis() + " behind the batch");
        require(
                port.shape().get(pad.axis()) < 0,
                where
                        + "axis "
                        + pad.axis()
                        + " has the fixed length "
                        + port.shape().get(pad.axis()));
        require(
                fits(port.kind(), pad.value()),
                where + pad.value() + " is no value of " + Objects.requireNonNull(port.kind()));
    }

    private static void require(boolean fits, String what) {
        if (!fits) {
            throw new IllegalArgumentException(what);
        }
    }

    private static boolean fits(ElementKind kind, double value) {
        boolean whole = value == Math.rint(value);
        return switch (kind) {
            case FP16, BF16, FP32, FP64 -> true;
            case BOOL -> value == 0 || value == 1;
            case UINT8, UINT16, UINT32 ->
                    whole && value >= 0 && value < Math.pow(2, 8 * kind.size());
            case INT8, INT16, INT32 ->
                    whole && Math.abs(value + 0.5) < Math.pow(2, 8 * kind.size() - 1);
            case INT64, UINT64 ->
                    whole
                            && Math.abs(value) < 1L << 53
                            && (kind == ElementKind.INT64 || value >= 0);
            case BYTES -> false;
        };
    }
}
