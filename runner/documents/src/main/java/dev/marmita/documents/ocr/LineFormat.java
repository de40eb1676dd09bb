package dev.marmita.documents.ocr;

import dev.marmita.documents.image.Sampler;
import dev.marmita.service.Model;
import dev.marmita.service.Signature;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a recogniser wants its lines, and what its classes stand for. A model says it in its metadata
 * (keys {@code characters}, {@code height}, {@code mean}, {@code std}; its first dimension but one says
 * whether it wants colour); one that says nothing is taken for PP-OCR's.
 *
 * @param channels 1 for grey, 3 for colour
 * @param height of the input in pixels
 * @param maxWidth of the input in pixels; longer lines are squeezed
 * @param spaceThreshold posterior of a blank above which one is put between two characters
 */
record LineFormat(
        Alphabet alphabet,
        int channels,
        int height,
        int maxWidth,
        float mean,
        float deviation,
        float spaceThreshold) {

    /** A model that was trained with blanks decides for them like for any character. */
    private static final float TRAINED_BLANK = 0.4f;

    /**
     * Format of a model.
     *
     * @param configured characters in order, where they are not the model's or PP-OCR's
     * @throws IllegalArgumentException where the model's metadata does not fit its signature
     */
    static LineFormat of(Model model, Optional<String> configured, OcrSettings settings) {
        Map<String, String> metadata = model.metadata();
        String characters = metadata.get("characters");
        Optional<Alphabet> own =
                configured.isEmpty() && characters != null
                        ? Optional.of(Alphabet.own(model, characters))
                        : Optional.empty();
        int height = (int) number(model, "height", settings.lineHeight());
        return new LineFormat(
                own.orElseGet(() -> Alphabet.of(model, configured)),
                channels(model.signature().inputs().getFirst()),
                height,
                settings.maxLineWidth() * height / settings.lineHeight(),
                (float) number(model, "mean", 0.5),
                (float) number(model, "std", 0.5),
                own.isPresent() ? TRAINED_BLANK : settings.spaceThreshold());
    }

    private static int channels(Signature.Port image) {
        return image.shape().size() == 4 && image.shape().get(1) == 1 ? 1 : 3;
    }

    private static double number(Model model, String key, double otherwise) {
        @Nullable String text = model.metadata().get(key);
        if (text == null) {
            return otherwise;
        }
        try {
            double value = Double.parseDouble(text.strip());
            if (value > 0 && value <= 1024) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, with what was found.
        }
        throw new IllegalArgumentException(
                String.format(
                        Locale.ROOT,
                        "recogniser %s says %s '%s' in its metadata: not a number that fits",
                        model.name(),
                        key,
                        text));
    }

    Sampler sampler() {
        return channels == 1
                ? Sampler.grey(mean, deviation)
                : new Sampler(
                        new float[] {mean, mean, mean},
                        new float[] {deviation, deviation, deviation});
    }
}
