package dev.marmita.runner.inference;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.inference.InferCall.Wanted;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import dev.marmita.service.ModelFailedException;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The one way from a request to a model and back, for every protocol: read, run, write, counted.
 * Thread-safe.
 */
public final class Inference {

    private final Statistics statistics;

    public Inference(Statistics statistics) {
        this.statistics = statistics;
    }

    /** Reads a request into a call. */
    @FunctionalInterface
    public interface Decoding {
        /**
         * @return closed by the caller of this method
         */
        InferCall decode();
    }

    /** Writes an answer. */
    @FunctionalInterface
    public interface Encoding<R> {
        R encode(InferCall call, Outcome outcome);
    }

    /**
     * What a run gave.
     *
     * @param outputs in the order in which they go out
     */
    public record Outcome(OnnxModel model, ModelResult result, List<Wanted> outputs)
            implements AutoCloseable {

        /** The tensors of {@link #outputs()}, in their order; valid until closed. */
        public List<Tensor> tensors() {
            Map<String, Tensor> made = result.outputs();
            List<Tensor> tensors = new ArrayList<>(outputs.size());
            for (Wanted wanted : outputs) {
                Tensor tensor = made.get(wanted.name());
                if (tensor == null) {
                    throw new IllegalStateException("output " + wanted.name() + " was not made");
                }
                tensors.add(tensor);
            }
            return tensors;
        }

        @Override
        public void close() {
            result.close();
        }
    }

    /**
     * Answers one request on the calling thread.
     *
     * @throws BadInputException where the call does not fit the model
     * @throws RefusedException 500 where the model fails on it, 504 where its time is over before the run
     */
    public <R> R answer(RequestScope scope, Decoding decoding, Encoding<R> encoding) {
        long start = System.nanoTime();
        try (InferCall call = decoding.decode()) {
            long decoded = System.nanoTime();
            scope.stage("decode", decoded - start);
            ModelStatistics counted = statistics.of(call.model());
            boolean done = false;
            try {
                call.parameters().timeout().ifPresent(scope::allow);
                if (scope.expired()) {
                    throw new RefusedException(504, "the time that the request allows is over");
                }
                R answer;
                long written;
                try (Outcome outcome = run(call, counted)) {
                    long ran = System.nanoTime();
                    answer = encoding.encode(call, outcome);
                    written = System.nanoTime() - ran;
                }
                scope.stage("encode", written);
                counted.succeeded(scope.age(), scope.spent("queue"), decoded - start, written);
                done = true;
                return answer;
            } finally {
                if (!done) {
                    counted.failed(scope.age());
                }
            }
        }
    }

    private static Outcome run(InferCall call, ModelRecorder recorder) {
        OnnxModel model = call.model();
        List<Wanted> outputs =
                call.outputs().isEmpty() ? all(model, call.binaryByDefault()) : call.outputs();
        Set<String> names = LinkedHashSet.newLinkedHashSet(outputs.size());
        for (Wanted wanted : outputs) {
            names.add(wanted.name());
            if (model.signature().outputs().stream()
                    .noneMatch(port -> port.name().equals(wanted.name()))) {
                throw new BadInputException(
                        wanted.name(),
                        "model '" + model.name() + "' has no output '" + wanted.name() + "'");
            }
        }
        try {
            long start = System.nanoTime();
            ModelResult result = model.run(call.inputs(), names);
            recorder.executed(1, rows(model, call), 0, System.nanoTime() - start, 0);
            return new Outcome(model, result, outputs);
        } catch (ModelFailedException e) {
            throw new RefusedException(500, shortened(String.valueOf(e.getMessage())));
        }
    }

    /** The common first dimension of all inputs where the model leaves it open, else 1. */
    private static int rows(OnnxModel model, InferCall call) {
        long rows = -1;
        for (Signature.Port port : model.signature().inputs()) {
            Tensor tensor = call.inputs().get(port.name());
            boolean open = !port.shape().isEmpty() && port.shape().getFirst() < 0;
            if (tensor == null || !open || (rows >= 0 && tensor.shape()[0] != rows)) {
                return 1;
            }
            rows = tensor.shape()[0];
        }
        return Math.clamp(rows, 1, Integer.MAX_VALUE);
    }

    private static List<Wanted> all(OnnxModel model, boolean binary) {
        return model.signature().outputs().stream()
                .map(Signature.Port::name)
                .map(name -> new Wanted(name, binary))
                .toList();
    }

    private static String shortened(String message) {
        return message.length() <= 1_000 ? message : message.substring(0, 1_000) + "…";
    }
}
