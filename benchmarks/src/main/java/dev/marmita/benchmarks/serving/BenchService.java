package dev.marmita.benchmarks.serving;

import dev.marmita.service.Api;
import dev.marmita.service.Content;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Model;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Slot;
import dev.marmita.service.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A service around one model. Loaded by the runner; a single class, for it is put into a jar by itself. */
public final class BenchService {

    private static final int STREAMED = 20;

    private final Model model;

    public BenchService(@Slot("model") Model model) {
        this.model = model;
    }

    @Api(description = "Leaves its model alone")
    public String name() {
        return model.name();
    }

    @Api(description = "Scores of 28 × 28 pixels, as raw bytes")
    public List<Float> scores(Content pixels) {
        return List.of(score(pixels));
    }

    @Api(description = "The same score again and again, one by one")
    public Stream<String> repeated(Content pixels) {
        // What a caller sent is there during the call, and the stream outlives it.
        Content kept = Content.of(pixels.mediaType(), pixels.toByteArray());
        return IntStream.range(0, STREAMED).mapToObj(_ -> score(kept) + "\n");
    }

    @Api(description = "Fails with a result in its hands")
    public List<Float> fail(Content pixels) {
        try (ModelResult result = run(pixels)) {
            throw new IllegalStateException("as asked, with " + result.outputs().size());
        }
    }

    private float score(Content pixels) {
        try (ModelResult result = run(pixels)) {
            return Objects.requireNonNull(result.outputs().get("score")).floats().get(0);
        }
    }

    private ModelResult run(Content pixels) {
        return model.run(Map.of("x", Tensor.of(ElementKind.FP32, pixels.bytes(), 1, 1, 28, 28)));
    }
}
