package dev.marmita.runner.batching;

import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.util.Map;
import java.util.Set;

/** What runs a model, once for every call of {@link #run}. Thread-safe. */
public interface Engine {

    Signature signature();

    /**
     * @throws RuntimeException where the model does not run on these inputs
     */
    ModelResult run(Map<String, Tensor> inputs, Set<String> outputs);
}
