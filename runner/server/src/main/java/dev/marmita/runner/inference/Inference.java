package dev.marmita.runner.inference;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.inference.InferCall.Wanted;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

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

    /** What a run gave. Used by one thread; what it lends is given back by any. */
    public static final class Outcome implements AutoCloseable {

        private final OnnxModel model;
        private final ModelResult result;
        private final List<Wanted> outputs;
        private final AtomicInteger users = new AtomicInteger(1);

        /**
         * @param outputs in the order in which they go out
         */
        Outcome(OnnxModel model, ModelResult result, List<Wanted> outputs) {
            this.model = model;
            this.result = result;
            this.outputs = outputs;
        }

        public OnnxModel model() {
            return model;
        }

        /** In the order in which they go out. */
        public List<Wanted> outputs() {
            return outputs;
        }

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

        /** The bytes of one of the tensors, valid until they are released, also when this is closed. */
        ByteBuf lend(Tensor tensor) {
            users.incrementAndGet();
            return OutcomeBytes.over(tensor.data(), this::close);
        }

        @Override
        public void close() {
            if (users.decrementAndGet() == 0) {
                result.close();
            }
        }
    }

    /**
     * Answers one request on the calling thread.
     *
     * @throws BadInputException where the call does not fit the model
     * @throws RefusedException 500 where the model fails on it, 504 where its time is over before the run
     */
    public <R> R answer(RequestScope scope, Decoding decoding, Encoding<R> encoding) {
        try (InferPart<R> part = open(scope, decoding, encoding)) {
            part.run();
            return part.answer();
        }
    }

    /**
     * Reads one request, to be run with others.
     *
     * @throws BadInputException where the call does not fit the model
     * @throws RefusedException 504 where its time is over
     */
    public <R> InferPart<R> open(RequestScope scope, Decoding decoding, Encoding<R> encoding) {
        long start = System.nanoTime();
        InferCall call = decoding.decode();
        long decoded = System.nanoTime() - start;
        scope.stage("decode", decoded);
        ModelStatistics counted = statistics.of(call.model());
        try {
            call.parameters().timeout().ifPresent(scope::allow);
            if (scope.expired()) {
                throw new RefusedException(504, "the time that the request allows is over");
            }
            List<Wanted> outputs = outputs(call.model(), call);
            return new InferPart<>(scope, call, outputs, encoding, counted, decoded);
        } catch (RuntimeException | Error e) {
            counted.failed(scope.age());
            call.close();
            throw e;
        }
    }

    private static List<Wanted> outputs(OnnxModel model, InferCall call) {
        if (call.outputs().isEmpty()) {
            return all(model, call.binaryByDefault());
        }
        for (Wanted wanted : call.outputs()) {
            if (model.signature().outputs().stream()
                    .noneMatch(port -> port.name().equals(wanted.name()))) {
                throw new BadInputException(
                        wanted.name(),
                        "model '" + model.name() + "' has no output '" + wanted.name() + "'");
            }
        }
        return call.outputs();
    }

    private static List<Wanted> all(OnnxModel model, boolean binary) {
        return model.signature().outputs().stream()
                .map(Signature.Port::name)
                .map(name -> new Wanted(name, binary))
                .toList();
    }
}
