package dev.marmita.runner.training;

import dev.marmita.service.Api;
import dev.marmita.service.Content;
import dev.marmita.service.Field;
import dev.marmita.service.Model;
import dev.marmita.service.ModelResult;
import dev.marmita.service.RequestContext;
import dev.marmita.service.ServiceContext;
import dev.marmita.service.Slot;
import dev.marmita.service.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Uses what services commonly use. Never serves anybody. */
public final class TrainingService {

    static final String SLOT = "model";

    private final Model model;
    private final ServiceContext context;

    public TrainingService(@Slot(SLOT) Model model, ServiceContext context) {
        this.model = model;
        this.context = context;
    }

    /** The common kinds of fields. */
    public record Question(
            @Field("goes through the model") Optional<Float> number,
            @Field("come back") Optional<List<String>> words,
            @Field(value = "its size comes back", accept = "image/*") Optional<Content> file) {}

    /** As of {@link Question}. */
    public record Answer(
            float number,
            List<String> words,
            Optional<Integer> size,
            Map<String, Part> parts,
            List<Part> list,
            List<List<Double>> corners,
            List<Integer> whole,
            Mood mood,
            @Nullable Part nothing) {}

    /** One of a few. */
    public enum Mood {
        GOOD,
        BAD
    }

    /** A record in a map. */
    public record Part(String name, double confidence, boolean found, long count) {}

    @Api(route = Training.ROUTE, description = "Answers with what it was asked.")
    public Answer train(Question question, RequestContext request) {
        long start = System.nanoTime();
        try (ModelResult result =
                model.run(Tensor.ofFloats(new float[] {question.number().orElse(0.5f)}, 1))) {
            float number = result.first().floats().get(0);
            request.stage("training", System.nanoTime() - start);
            Part part = new Part("cores", number, true, context.cores());
            return new Answer(
                    number,
                    question.words().orElse(List.of()),
                    question.file().map(Content::size),
                    Map.of("cores", part),
                    List.of(part),
                    List.of(List.of(0.5, 1.5)),
                    List.of(1, 2),
                    Mood.GOOD,
                    null);
        }
    }
}
