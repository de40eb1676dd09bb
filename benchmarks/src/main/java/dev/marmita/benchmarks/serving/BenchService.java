package dev.marmita.benchmarks.serving;

import dev.marmita.service.Api;
import dev.marmita.service.Model;
import dev.marmita.service.Slot;

/** A service that has a model and leaves it alone. Loaded by the runner. */
public final class BenchService {

    private final Model model;

    public BenchService(@Slot("model") Model model) {
        this.model = model;
    }

    @Api
    public String name() {
        return model.name();
    }
}
