package dev.marmita.runner;

import dev.marmita.runner.batching.BatchChoice;
import dev.marmita.runner.batching.BatchWatch;
import dev.marmita.runner.inference.ModelRecorder;
import dev.marmita.runner.log.Log;
import dev.marmita.runner.metrics.Metrics;
import dev.marmita.service.Model;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Tells how a model's calls are batched: as metrics, and in the log where the choice changes. */
final class BatchReports implements BatchWatch {

    private final Model model;
    private final ModelRecorder statistics;
    private final Log log;
    private final LongAdder runs;
    private final LongAdder calls;
    private final LongAdder rows;
    private volatile BatchChoice told = new BatchChoice(BatchChoice.State.MEASURING, 0, 1);
    private volatile BatchChoice choice = new BatchChoice(BatchChoice.State.MEASURING, 1, 1);

    BatchReports(Model model, ModelRecorder statistics, Metrics metrics, Log log) {
        this.model = model;
        this.statistics = statistics;
        this.log = log;
        Map<String, String> labels = Map.of("model", model.name(), "version", model.version());
        this.runs = metrics.counter("marmita_runner_model_runs_total", "Runs of a model.", labels);
        this.calls =
                metrics.counter(
                        "marmita_runner_model_calls_total", "Calls that runs answered.", labels);
        this.rows =
                metrics.counter(
                        "marmita_runner_model_rows_total", "Rows of all calls together.", labels);
        metrics.gauge(
                "marmita_runner_batch_limit",
                "Calls that may share a run; 1: batching is off.",
                labels,
                () -> choice.limit());
        metrics.gauge(
                "marmita_runner_batch_gain",
                "Time of a row alone over its time in a batch, as measured.",
                labels,
                () -> choice.gain());
    }

    @Override
    public void executed(int callsOfRun, int rowsOfRun, long input, long infer, long output) {
        runs.increment();
        calls.add(callsOfRun);
        rows.add(rowsOfRun);
        statistics.executed(callsOfRun, rowsOfRun, input, infer, output);
    }

    @Override
    public void waited(long nanos) {
        statistics.waited(nanos);
    }

    @Override
    public void chose(BatchChoice now) {
        choice = now;
        if (now.state() != BatchChoice.State.MEASURING && !now.sameAs(told)) {
            told = now;
            log.info(
                    "batching",
                    Map.of(
                            "model",
                            model.name(),
                            "choice",
                            now.state().text(),
                            "limit",
                            now.limit(),
                            "gain",
                            String.format(Locale.ROOT, "%.2f", now.gain())));
        }
    }
}
