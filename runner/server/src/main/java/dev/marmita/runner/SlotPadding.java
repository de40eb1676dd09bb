package dev.marmita.runner;

import dev.marmita.runner.StartFailedException.Reason;
import dev.marmita.runner.batching.Padding;
import dev.marmita.runner.bundle.Manifest;
import dev.marmita.runner.onnx.OnnxModel;
import java.util.HashMap;
import java.util.Map;

/** Lets models be padded as the author of the service says of their slots. */
final class SlotPadding {

    private static final String VARIABLE = "MARMITA_BATCH_PADDING";

    private SlotPadding() {}

    /**
     * @param env of the deployment
     * @throws StartFailedException where a slot's padding does not fit the model that is bound to it
     */
    static void apply(Manifest manifest, Map<String, OnnxModel> bySlot, Map<String, String> env)
            throws StartFailedException {
        if (!wanted(env)) {
            return;
        }
        Map<OnnxModel, Padding> known = new HashMap<>();
        for (Map.Entry<String, OnnxModel> bound : bySlot.entrySet()) {
            Manifest.Slot slot = manifest.slots().get(bound.getKey());
            Padding padding = slot == null ? Padding.NONE : slot.padding();
            Padding other = known.putIfAbsent(bound.getValue(), padding);
            if (other != null && !other.equals(padding)) {
                throw invalid(
                        bound.getKey(), "another slot has the same model, and another padding");
            }
            if (other == null && !padding.equals(Padding.NONE)) {
                try {
                    bound.getValue().pad(padding);
                } catch (IllegalArgumentException e) {
                    throw invalid(bound.getKey(), String.valueOf(e.getMessage()));
                }
            }
        }
    }

    private static boolean wanted(Map<String, String> env) throws StartFailedException {
        return switch (env.getOrDefault(VARIABLE, "auto")) {
            case "auto" -> true;
            case "off" -> false;
            default ->
                    throw new StartFailedException(
                            Reason.START_FAILED,
                            VARIABLE + " must be auto or off, not '" + env.get(VARIABLE) + "'",
                            new IllegalArgumentException());
        };
    }

    private static StartFailedException invalid(String slot, String why) {
        return new StartFailedException(
                Reason.BUNDLE_INVALID,
                "slot '" + slot + "': " + why,
                new IllegalArgumentException(why));
    }
}
