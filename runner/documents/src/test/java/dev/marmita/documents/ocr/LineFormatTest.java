package dev.marmita.documents.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LineFormatTest {

    private static final Map<String, String> OWN =
            Map.of("characters", " aã", "height", "36", "mean", "0.5", "std", "0.25");

    @Test
    void takesAModelThatSaysNothingForPpOcr() {
        LineFormat format = format(new RecogniserFake(3, 6625, Map.of()));
        assertThat(format.channels()).isEqualTo(3);
        assertThat(format.height()).isEqualTo(48);
        assertThat(format.alphabet().space()).isEqualTo(6624);
    }

    @Test
    void takesWhatAModelSaysOfItself() {
        LineFormat format = format(new RecogniserFake(1, 4, OWN));
        assertThat(format.channels()).isEqualTo(1);
        assertThat(format.height()).isEqualTo(36);
        assertThat(format.maxWidth()).isEqualTo(2400);
        assertThat(format.deviation()).isEqualTo(0.25f);
        assertThat(format.alphabet().space()).isEqualTo(1);
        assertThat(format.alphabet().character(3)).isEqualTo("ã");
        assertThat(format.spaceThreshold()).isGreaterThan(0.3f);
    }

    @Test
    void prefersConfiguredCharacters() {
        LineFormat format =
                LineFormat.of(
                        new RecogniserFake(1, 4, OWN), Optional.of("xy"), OcrSettings.defaults());
        assertThat(format.alphabet().character(1)).isEqualTo("x");
    }

    @Test
    void refusesMetadataThatDoesNotFitTheModel() {
        assertThatThrownBy(() -> format(new RecogniserFake(1, 9, OWN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("9 classes");
        assertThatThrownBy(() -> format(new RecogniserFake(1, 3, Map.of("characters", "ab"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("blank");
        assertThatThrownBy(
                        () ->
                                format(
                                        new RecogniserFake(
                                                1, 4, Map.of("characters", " ab", "height", "x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("height 'x'");
    }

    private static LineFormat format(RecogniserFake model) {
        return LineFormat.of(model, Optional.empty(), OcrSettings.defaults());
    }
}
