package dev.marmita.runner;

import dev.marmita.runner.metrics.Histogram;
import dev.marmita.runner.metrics.Metrics;
import dev.marmita.runner.onnx.RunWatch;
import dev.marmita.runner.work.CurrentRequest;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.Model;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measures runs of models, counts the native tensors that they hold, and ends those that nobody waits for
 * any more. Thread-safe.
 */
final class Watch implements RunWatch {

    private final CurrentRequest current;
    private final Metrics metrics;
    private final Map<Model, Histogram> histograms = new ConcurrentHashMap<>();
    private final LongAdder tensors = new LongAdder();

    Watch(CurrentRequest current, Metrics metrics) {
        this.current = current;
        this.metrics = metrics;
        metrics.gauge(
                "marmita_runner_open_tensors",
                "Native tensors of runs that are not closed: 0 when nothing runs.",
                Map.of(),
                tensors::sum);
    }

    @Override
    public void held(int count) {
        tensors.add(count);
    }

    @Override
    public Runnable started(Model model, Runnable terminate) {
        Histogram histogram = histograms.computeIfAbsent(model, this::histogram);
        Optional<RequestScope> request = current.get();
        request.ifPresent(scope -> scope.onCancel(terminate));
        long start = System.nanoTime();
        return () -> {
            long took = System.nanoTime() - start;
            histogram.record(took);
            request.ifPresent(
                    scope -> {
                        scope.forget(terminate);
                        scope.stage("model." + model.name(), took);
                    });
        };
    }

    private Histogram histogram(Model model) {
        return metrics.histogram(
                "marmita_runner_model_run_seconds",
                "Time in a model's runs.",
                Map.of("model", model.name(), "version", model.version()));
    }
}
