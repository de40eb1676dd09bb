package dev.marmita.runner.inference;

import dev.marmita.runner.inference.ModelStatistics.OfBatchSize;
import dev.marmita.runner.inference.ModelStatistics.Snapshot;
import dev.marmita.runner.inference.ModelStatistics.Total;
import dev.marmita.runner.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Statistics over REST, in Triton's form. */
final class StatisticsDocuments {

    private static final Total NONE = new Total(0, 0);

    private StatisticsDocuments() {}

    static Map<String, Object> of(List<OnnxModel> models, Statistics statistics) {
        List<Object> all = new ArrayList<>();
        for (OnnxModel model : models) {
            Snapshot now = statistics.of(model).snapshot();
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", model.name());
            one.put("version", model.version());
            one.put("last_inference", now.lastInference());
            one.put("inference_count", now.inferences());
            one.put("execution_count", now.executions());
            one.put("inference_stats", inference(now));
            one.put("batch_stats", now.batches().stream().map(StatisticsDocuments::batch).toList());
            all.add(one);
        }
        return Map.of("model_stats", all);
    }

    private static Map<String, Object> inference(Snapshot now) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("success", total(now.success()));
        document.put("fail", total(now.fail()));
        document.put("queue", total(now.queue()));
        document.put("compute_input", total(now.input()));
        document.put("compute_infer", total(now.infer()));
        document.put("compute_output", total(now.output()));
        document.put("cache_hit", total(NONE));
        document.put("cache_miss", total(NONE));
        return document;
    }

    private static Map<String, Object> batch(OfBatchSize batch) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("batch_size", batch.size());
        document.put("compute_input", total(batch.input()));
        document.put("compute_infer", total(batch.infer()));
        document.put("compute_output", total(batch.output()));
        return document;
    }

    private static Map<String, Object> total(Total total) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("count", total.count());
        document.put("ns", total.nanos());
        return document;
    }
}
