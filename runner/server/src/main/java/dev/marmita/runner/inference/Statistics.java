package dev.marmita.runner.inference;

import dev.marmita.service.Model;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The statistics of all models of a runner. One for the runner's life. Thread-safe. */
public final class Statistics {

    private record Key(String model, String version) {}

    private final InstantSource clock;
    private final Map<Key, ModelStatistics> models = new ConcurrentHashMap<>();

    public Statistics(InstantSource clock) {
        this.clock = clock;
    }

    /** Of that model and version; always the same. */
    public ModelStatistics of(Model model) {
        return of(model.name(), model.version());
    }

    /** Of that model and version of the bundle, open or not; always the same. */
    ModelStatistics of(String model, String version) {
        return models.computeIfAbsent(
                new Key(model, version), key -> new ModelStatistics(clock::millis));
    }
}
