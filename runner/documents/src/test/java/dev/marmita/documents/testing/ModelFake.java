package dev.marmita.documents.testing;

import dev.marmita.service.ElementKind;
import dev.marmita.service.Model;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A model of one input whose output is computed from its input. */
public record ModelFake(Function<Tensor, Output> answer) implements Model {

    /** A tensor of floats. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Output(float[] values, long... shape) {}

    public static Model of(Function<Tensor, Output> answer) {
        return new ModelFake(answer);
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public Signature signature() {
        List<Long> any = List.of(-1L, -1L, -1L, -1L);
        return new Signature(
                List.of(new Signature.Port("in", ElementKind.FP32, any)),
                List.of(new Signature.Port("out", ElementKind.FP32, List.of(-1L, -1L, -1L))));
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    @Override
    public ModelResult run(Map<String, Tensor> inputs) {
        Output output = answer.apply(inputs.values().iterator().next());
        Tensor tensor = Tensor.ofFloats(output.values(), output.shape());
        return new ModelResult() {
            @Override
            public Map<String, Tensor> outputs() {
                return Map.of("out", tensor);
            }

            @Override
            public void close() {}
        };
    }
}
