package dev.marmita.registry;

import java.util.List;

/** What a model takes and gives, in the model's order. */
public record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    public Signature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
