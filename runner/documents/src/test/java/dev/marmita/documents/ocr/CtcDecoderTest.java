package dev.marmita.documents.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class CtcDecoderTest {

    /** Classes: 0 blank, 1 a, 2 b, 3 point, 4 one, 5 word blank. */
    private final CtcDecoder decoder =
            new CtcDecoder(Alphabet.of(List.of("a", "b", ".", "1")), 0.05f);

    @Test
    void joinsRepeatsAndSplitsAtBlanks() {
        assertThat(
                        decode(step(1, .9f), step(1, .8f), step(0, 1), step(1, .7f), step(2, .6f))
                                .text())
                .isEqualTo("aab");
    }

    @Test
    void takesTheBestStepOfACharacterAsItsConfidence() {
        assertThat(decode(step(1, .6f), step(1, .9f), step(2, .5f)).confidence())
                .isEqualTo(0.7, within(1e-6));
    }

    @Test
    void putsABlankWhereItsPosteriorPeaksBetweenCharacters() {
        assertThat(decode(step(1, .9f), faint(.06f), step(2, .9f)).text()).isEqualTo("a b");
        assertThat(decode(step(1, .9f), faint(.04f), step(2, .9f)).text()).isEqualTo("ab");
    }

    @Test
    void putsNoBlankAtEitherEnd() {
        assertThat(decode(faint(.4f), step(1, .9f), step(5, .9f)).text()).isEqualTo("a");
    }

    @Test
    void needsMoreForABlankInsideANumber() {
        assertThat(decode(step(4, 1), step(3, 1), faint(.1f), step(4, 1)).text()).isEqualTo("1.1");
        assertThat(decode(step(4, 1), step(3, 1), faint(.4f), step(4, 1)).text()).isEqualTo("1. 1");
    }

    @Test
    void readsNothingWithoutConfidence() {
        assertThat(decode(step(0, 1), step(0, 1))).isEqualTo(new Reading("", 0));
    }

    private Reading decode(float[]... steps) {
        FloatBuffer posteriors = FloatBuffer.allocate(steps.length * 6);
        for (float[] step : steps) {
            posteriors.put(step);
        }
        return decoder.decode(posteriors.flip(), steps.length);
    }

    private static float[] step(int index, float probability) {
        float[] step = new float[6];
        step[index] = probability;
        return step;
    }

    /** A step of CTC blank with some posterior for the word blank. */
    private static float[] faint(float space) {
        float[] step = step(0, 1 - space);
        step[5] = space;
        return step;
    }
}
