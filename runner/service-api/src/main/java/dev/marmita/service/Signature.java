package dev.marmita.service;

import java.util.List;
import java.util.Optional;

/**
 * What a model takes and gives.
 *
 * @param inputs in the model's order
 * @param outputs in the model's order
 */
public record Signature(List<Port> inputs, List<Port> outputs) {

    public Signature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The input of that name. */
    public Optional<Port> input(String name) {
        return inputs.stream().filter(port -> port.name().equals(name)).findFirst();
    }

    /**
     * One input or output.
     *
     * @param shape dimensions, outermost first; -1 where variable
     */
    public record Port(String name, ElementKind kind, List<Long> shape) {
        public Port {
            shape = List.copyOf(shape);
        }
    }
}
