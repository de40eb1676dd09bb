package dev.marmita.registry;

import java.util.List;
import java.util.Objects;

/**
 * One input or output of a model.
 *
 * @param datatype the Open Inference Protocol's name ({@code FP32}, {@code INT64}, {@code BYTES} …);
 *     {@code SEQUENCE}, {@code MAP} or {@code UNKNOWN} for what that protocol has no name for
 * @param shape dimensions, outermost first; -1 where variable
 */
public record TensorSpec(String name, String datatype, List<Long> shape) {
    public TensorSpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(datatype, "datatype");
        shape = List.copyOf(shape);
    }
}
