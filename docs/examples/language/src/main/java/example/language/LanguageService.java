package example.language;

import dev.marmita.service.Api;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Content;
import dev.marmita.service.Field;
import dev.marmita.service.Model;
import dev.marmita.service.ModelResult;
import dev.marmita.service.RequestContext;
import dev.marmita.service.Slot;
import dev.marmita.service.Tensor;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/** Tells the language of a text. */
public final class LanguageService {

    private static final int BUCKETS = 512;

    private final Model classifier;
    private final List<String> languages;

    public LanguageService(@Slot("classifier") Model classifier) {
        this.classifier = classifier;
        this.languages = List.of(classifier.metadata().get("languages").split(","));
    }

    public record Question(@Field("some words, at least three letters") String text) {}

    public record Answer(String language, float confidence) {}

    @Api(description = "Guesses the language of a text")
    public Answer guess(Question question) {
        if (question.text().strip().length() < 3) {
            throw new BadInputException("text", "field 'text' is too short to guess from");
        }
        Tensor features = Tensor.ofFloats(features(question.text()), 1, BUCKETS);
        try (ModelResult result = classifier.run(features)) {
            return best(result.first().floats());
        }
    }

    /** Of the probabilities that follow, one for each language. */
    private Answer best(FloatBuffer probabilities) {
        int best = 0;
        for (int i = 1; i < languages.size(); i++) {
            best = probabilities.get(i) > probabilities.get(best) ? i : best;
        }
        return new Answer(languages.get(best), probabilities.get(best));
    }

    @Api(description = "Guesses the languages of texts that wait together", batchable = true)
    public List<Answer> detect(List<Question> questions) {
        float[] rows = new float[questions.size() * BUCKETS];
        for (int i = 0; i < questions.size(); i++) {
            System.arraycopy(features(questions.get(i).text()), 0, rows, i * BUCKETS, BUCKETS);
        }
        List<Answer> answers = new ArrayList<>();
        try (ModelResult result =
                classifier.run(Tensor.ofFloats(rows, questions.size(), BUCKETS))) {
            FloatBuffer probabilities = result.first().floats();
            for (int i = 0; i < questions.size(); i++) {
                answers.add(best(probabilities.slice(i * languages.size(), languages.size())));
            }
        }
        return answers;
    }

    @Api(description = "Guesses the language of one text after the other")
    public Stream<Answer> each(Stream<Question> questions) {
        return questions.map(this::guess);
    }

    @Api(description = "Counts the languages of a long text's lines", task = true)
    public Map<String, Integer> survey(Content text, RequestContext request) {
        Map<String, Integer> counts = new TreeMap<>();
        String lines = StandardCharsets.UTF_8.decode(text.bytes()).toString();
        for (String line : lines.lines().filter(one -> one.strip().length() >= 3).toList()) {
            if (request.cancelled()) {
                throw new CancellationException();
            }
            counts.merge(guess(new Question(line)).language(), 1, Integer::sum);
        }
        return counts;
    }

    /** How often pairs of letters stand beside each other, as the model was trained (make_model.py). */
    private static float[] features(String text) {
        String spaced =
                " " + String.join(" ", text.toLowerCase(Locale.ROOT).strip().split("\\s+")) + " ";
        float[] counts = new float[BUCKETS];
        for (int i = 0; i + 1 < spaced.length(); i++) {
            counts[(spaced.charAt(i) * 31 + spaced.charAt(i + 1)) % BUCKETS]++;
        }
        double squares = 0;
        for (float count : counts) {
            squares += count * count;
        }
        float norm = (float) Math.max(1, Math.sqrt(squares));
        for (int i = 0; i < counts.length; i++) {
            counts[i] /= norm;
        }
        return counts;
    }
}
