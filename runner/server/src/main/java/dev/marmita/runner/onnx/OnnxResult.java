package dev.marmita.runner.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Outputs in ONNX Runtime's memory. */
final class OnnxResult implements ModelResult {

    private final OrtSession.Result result;
    private final Map<String, Tensor> outputs;
    private final RunWatch watch;
    private boolean closed;

    private OnnxResult(OrtSession.Result result, Map<String, Tensor> outputs, RunWatch watch) {
        this.result = result;
        this.outputs = Collections.unmodifiableMap(outputs);
        this.watch = watch;
    }

    /** Takes {@code result} over; closes it where this fails. */
    static OnnxResult of(
            OrtSession.Result result, Set<String> names, NativeTensors tensors, RunWatch watch)
            throws OrtException {
        watch.held(result.size());
        try {
            Map<String, Tensor> outputs = LinkedHashMap.newLinkedHashMap(names.size());
            for (String name : names) {
                OnnxTensor value = (OnnxTensor) result.get(name).orElseThrow();
                outputs.put(name, tensors.view(value));
            }
            return new OnnxResult(result, outputs, watch);
        } catch (OrtException | RuntimeException | Error e) {
            free(result, watch);
            throw e;
        }
    }

    @Override
    public Map<String, Tensor> outputs() {
        if (closed) {
            throw new IllegalStateException("this result is closed");
        }
        return outputs;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            free(result, watch);
        }
    }

    private static void free(OrtSession.Result result, RunWatch watch) {
        int tensors = result.size();
        result.close();
        watch.held(-tensors);
    }
}
