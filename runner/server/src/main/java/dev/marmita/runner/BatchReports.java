package dev.marmita.runner;

import dev.marmita.runner.batching.BatchChoice;
import dev.marmita.runner.batching.BatchWatch;
import dev.marmita.runner.batching.PaddingChoice;
import dev.marmita.runner.inference.ModelRecorder;
import dev.marmita.runner.log.Log;
import dev.marmita.runner.metrics.Metrics;
import dev.marmita.service.Model;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Tells how calls are batched: as metrics, and in the log where the choice changes. */
final class BatchReports implements BatchWatch {

    private final String kind;
    private final String name;
    private final ModelRecorder statistics;
    private final Log log;
    private final LongAdder runs;
    private final LongAdder calls;
    private final LongAdder rows;
    private volatile BatchChoice told = new BatchChoice(BatchChoice.State.MEASURING, 0, 1);
    private volatile PaddingChoice padding = new PaddingChoice(PaddingChoice.State.MEASURING, 1);
    private volatile BatchChoice choice = new BatchChoice(BatchChoice.State.MEASURING, 1, 1);

    private BatchReports(
            String kind,
            String name,
            Map<String, String> labels,
            Counters counters,
            ModelRecorder statistics,
            Metrics metrics,
            Log log) {
        this.kind = kind;
        this.name = name;
        this.statistics = statistics;
        this.log = log;
        this.runs = counters.runs();
        this.calls = counters.calls();
        this.rows = counters.rows();
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

    private record Counters(LongAdder runs, LongAdder calls, LongAdder rows) {}

    /** Of a model's calls. */
    static BatchReports ofModel(Model model, ModelRecorder statistics, Metrics metrics, Log log) {
        Map<String, String> labels = Map.of("model", model.name(), "version", model.version());
        Counters counters =
                new Counters(
                        metrics.counter(
                                "marmita_runner_model_runs_total", "Runs of a model.", labels),
                        metrics.counter(
                                "marmita_runner_model_calls_total",
                                "Calls that runs answered.",
                                labels),
                        metrics.counter(
                                "marmita_runner_model_rows_total",
                                "Rows of all calls together.",
                                labels));
        BatchReports reports =
                new BatchReports("model", model.name(), labels, counters, statistics, metrics, log);
        metrics.gauge(
                "marmita_runner_batch_padding",
                "1: calls of different lengths share runs, for it was measured to pay.",
                labels,
                () -> reports.padding.state() == PaddingChoice.State.PAYS ? 1 : 0);
        return reports;
    }

    /** Of the requests to a method that takes several at once. */
    static BatchReports ofMethod(String route, Metrics metrics, Log log) {
        Map<String, String> labels = Map.of("route", route);
        LongAdder requests =
                metrics.counter(
                        "marmita_runner_method_requests_total",
                        "Requests that these calls answered.",
                        labels);
        Counters counters =
                new Counters(
                        metrics.counter(
                                "marmita_runner_method_calls_total",
                                "Calls of a method that takes several requests.",
                                labels),
                        requests,
                        new LongAdder());
        return new BatchReports("route", route, labels, counters, ModelRecorder.NONE, metrics, log);
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
                            kind,
                            name,
                            "choice",
                            now.state().text(),
                            "limit",
                            now.limit(),
                            "gain",
                            String.format(Locale.ROOT, "%.2f", now.gain())));
        }
    }

    @Override
    public void chose(PaddingChoice now) {
        padding = now;
        log.info(
                "padding",
                Map.of(
                        kind,
                        name,
                        "choice",
                        now.state().text(),
                        "gain",
                        String.format(Locale.ROOT, "%.2f", now.gain())));
    }
}
