package dev.marmita.documents.ocr;

import java.nio.FloatBuffer;

/**
 * Greedy CTC decoding with confidences, and with blanks put in where the model thinks of one: the
 * PP-OCR models rarely decide for a blank, but its posterior peaks between two words.
 */
final class CtcDecoder {

    /** Posterior of a blank that is wanted even inside a number. */
    private static final float SURE = 0.3f;

    private final Alphabet alphabet;
    private final float spaceThreshold;

    CtcDecoder(Alphabet alphabet, float spaceThreshold) {
        this.alphabet = alphabet;
        this.spaceThreshold = spaceThreshold;
    }

    /**
     * Decodes one line.
     *
     * @param posteriors steps × classes probabilities from position 0
     */
    Reading decode(FloatBuffer posteriors, int steps) {
        int classes = alphabet.size();
        float[] step = new float[classes];
        StringBuilder text = new StringBuilder();
        int previous = Alphabet.BLANK;
        float space = 0;
        double sum = 0;
        float current = 0;
        int count = 0;
        for (int t = 0; t < steps; t++) {
            posteriors.get(t * classes, step);
            int best = best(step);
            space = Math.max(space, step[alphabet.space()]);
            if (best == previous) {
                if (best != Alphabet.BLANK && step[best] > current) {
                    sum += step[best] - current;
                    current = step[best];
                }
                continue;
            }
            previous = best;
            if (best == Alphabet.BLANK || best == alphabet.space()) {
                continue;
            }
            String character = alphabet.character(best);
            boolean number = insideNumber(text, character);
            if (space > (number ? SURE : spaceThreshold) && !text.isEmpty()) {
                text.append(' ');
            }
            space = 0;
            text.append(character);
            current = step[best];
            sum += current;
            count++;
        }
        return new Reading(text.toString(), count == 0 ? 0 : sum / count);
    }

    /** Between the point and the decimals of a number a faint blank is only wide print. */
    private static boolean insideNumber(StringBuilder text, String next) {
        int last = text.length() - 1;
        return last > 0
                && (text.charAt(last) == '.' || text.charAt(last) == ',')
                && Character.isDigit(text.charAt(last - 1))
                && Character.isDigit(next.charAt(0));
    }

    private static int best(float[] step) {
        int best = 0;
        float highest = step[0];
        // The probabilities sum to one: above a half there is nothing better to come.
        for (int i = 1; i < step.length && highest <= 0.5f; i++) {
            if (step[i] > highest) {
                highest = step[i];
                best = i;
            }
        }
        return best;
    }
}
