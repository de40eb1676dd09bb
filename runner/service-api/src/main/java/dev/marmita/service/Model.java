package dev.marmita.service;

import java.util.Map;

/** A model bound to a slot of the service. Thread-safe; opened and closed by the runner. */
public interface Model {

    /** Name of the model in the registry. */
    String name();

    /** Version of the model in the registry. */
    String version();

    Signature signature();

    /** The model file's own metadata (ONNX {@code metadata_props}), unmodifiable. */
    Map<String, String> metadata();

    /**
     * Runs the model on the calling thread, over all its outputs.
     *
     * @param inputs a tensor for every input of {@link #signature()}
     * @return the outputs; to be closed by the caller
     * @throws BadInputException where names, types or shapes do not fit the signature
     * @throws ModelFailedException where the runtime fails on these inputs
     */
    ModelResult run(Map<String, Tensor> inputs);

    /** Runs a model of one input. */
    default ModelResult run(Tensor input) {
        var inputs = signature().inputs();
        if (inputs.size() != 1) {
            throw new IllegalStateException(
                    "model " + name() + " has " + inputs.size() + " inputs: name them");
        }
        return run(Map.of(inputs.getFirst().name(), input));
    }
}
