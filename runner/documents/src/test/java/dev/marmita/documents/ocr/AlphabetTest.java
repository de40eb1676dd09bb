package dev.marmita.documents.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlphabetTest {

    @Test
    void takesTheBundledDictionaryForAModelOfItsClasses() {
        Alphabet alphabet = Alphabet.of(RecogniserFake.of(6625, Map.of()), Optional.empty());
        assertThat(alphabet.size()).isEqualTo(6625);
        assertThat(alphabet.character(alphabet.space())).isEqualTo(" ");
        assertThat(alphabet.character(1)).isEqualTo("'");
    }

    @Test
    void writesFullWidthFormsAsAscii() {
        assertThat(Alphabet.of(List.of("（", "：", "é")).character(1)).isEqualTo("(");
        assertThat(Alphabet.of(List.of("（", "：", "é")).character(2)).isEqualTo(":");
        assertThat(Alphabet.of(List.of("（", "：", "é")).character(3)).isEqualTo("é");
    }

    @Test
    void takesTheDictionaryOfAnotherModelFromItsFile() {
        Alphabet alphabet =
                Alphabet.of(
                        RecogniserFake.of(5, Map.of("character", "ã\nç\nõ\n")), Optional.empty());
        assertThat(alphabet.character(2)).isEqualTo("ç");
    }

    @Test
    void takesTheConfiguredDictionaryBeforeAnyOther() {
        Alphabet alphabet = Alphabet.of(RecogniserFake.of(5, Map.of()), Optional.of("a𠮷c"));
        assertThat(alphabet.character(2)).isEqualTo("𠮷");
    }

    @Test
    void refusesAModelThatNoDictionaryFits() {
        assertThatThrownBy(() -> Alphabet.of(RecogniserFake.of(97, Map.of()), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("97 classes")
                .hasMessageContaining("DICTIONARY");
    }
}
