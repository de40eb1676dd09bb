package dev.marmita.runner.inference;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.inference.InferCall.Wanted;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.service.BadInputException;
import dev.marmita.service.ModelFailedException;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs a decoded call. */
public final class Inference {

    private Inference() {}

    /**
     * What a run gave.
     *
     * @param outputs in the order in which they go out
     */
    public record Outcome(OnnxModel model, ModelResult result, List<Wanted> outputs)
            implements AutoCloseable {

        /** The tensors of {@link #outputs()}, in their order; valid until closed. */
        public List<Tensor> tensors() {
            Map<String, Tensor> made = result.outputs();
            List<Tensor> tensors = new ArrayList<>(outputs.size());
            for (Wanted wanted : outputs) {
                Tensor tensor = made.get(wanted.name());
                if (tensor == null) {
                    throw new IllegalStateException("output " + wanted.name() + " was not made");
                }
                tensors.add(tensor);
            }
            return tensors;
        }

        @Override
        public void close() {
            result.close();
        }
    }

    /**
     * Runs the model on the calling thread.
     *
     * @throws BadInputException where the call does not fit the model
     * @throws RefusedException 500 where the model fails on it
     */
    public static Outcome run(OnnxModel model, InferCall call) {
        List<Wanted> outputs =
                call.outputs().isEmpty() ? all(model, call.binaryByDefault()) : call.outputs();
        Set<String> names = LinkedHashSet.newLinkedHashSet(outputs.size());
        for (Wanted wanted : outputs) {
            names.add(wanted.name());
            if (model.signature().outputs().stream()
                    .noneMatch(port -> port.name().equals(wanted.name()))) {
                throw new BadInputException(
                        wanted.name(),
                        "model '" + model.name() + "' has no output '" + wanted.name() + "'");
            }
        }
        try {
            return new Outcome(model, model.run(call.inputs(), names), outputs);
        } catch (ModelFailedException e) {
            throw new RefusedException(500, shortened(String.valueOf(e.getMessage())));
        }
    }

    private static List<Wanted> all(OnnxModel model, boolean binary) {
        return model.signature().outputs().stream()
                .map(Signature.Port::name)
                .map(name -> new Wanted(name, binary))
                .toList();
    }

    private static String shortened(String message) {
        return message.length() <= 1_000 ? message : message.substring(0, 1_000) + "…";
    }
}
