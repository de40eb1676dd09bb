package dev.marmita.service;

import java.util.Map;

/** Outputs of one run, in native memory until closed. Not thread-safe. */
public interface ModelResult extends AutoCloseable {

    /** The outputs by name, in the model's order; valid until {@link #close()}. */
    Map<String, Tensor> outputs();

    /** The only or first output. */
    default Tensor first() {
        return outputs().values().iterator().next();
    }

    @Override
    void close();
}
