package dev.marmita.documents.ocr;

import dev.marmita.service.ElementKind;
import dev.marmita.service.Model;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.util.List;
import java.util.Map;

/** A recogniser that can be asked about itself, not run. */
record RecogniserFake(long channels, long classes, Map<String, String> metadata) implements Model {

    static Model of(long classes, Map<String, String> metadata) {
        return new RecogniserFake(3, classes, metadata);
    }

    @Override
    public String name() {
        return "rec";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public Signature signature() {
        return new Signature(
                List.of(
                        new Signature.Port(
                                "image", ElementKind.FP32, List.of(-1L, channels, -1L, -1L))),
                List.of(
                        new Signature.Port(
                                "posteriors", ElementKind.FP32, List.of(-1L, -1L, classes))));
    }

    @Override
    public ModelResult run(Map<String, Tensor> inputs) {
        throw new UnsupportedOperationException();
    }
}
