package dev.marmita.documents.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.service.ElementKind;
import dev.marmita.service.Model;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlphabetTest {

    @Test
    void takesTheBundledDictionaryForAModelOfItsClasses() {
        Alphabet alphabet = Alphabet.of(model(6625, Map.of()), Optional.empty());
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
                Alphabet.of(model(5, Map.of("character", "ã\nç\nõ\n")), Optional.empty());
        assertThat(alphabet.character(2)).isEqualTo("ç");
    }

    @Test
    void takesTheConfiguredDictionaryBeforeAnyOther() {
        Alphabet alphabet = Alphabet.of(model(5, Map.of()), Optional.of("a𠮷c"));
        assertThat(alphabet.character(2)).isEqualTo("𠮷");
    }

    @Test
    void refusesAModelThatNoDictionaryFits() {
        assertThatThrownBy(() -> Alphabet.of(model(97, Map.of()), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("97 classes")
                .hasMessageContaining("DICTIONARY");
    }

    private static Model model(long classes, Map<String, String> metadata) {
        return new Model() {
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
                var port = new Signature.Port("out", ElementKind.FP32, List.of(-1L, -1L, classes));
                return new Signature(List.of(port), List.of(port));
            }

            @Override
            public Map<String, String> metadata() {
                return metadata;
            }

            @Override
            public ModelResult run(Map<String, Tensor> inputs) {
                throw new UnsupportedOperationException();
            }
        };
    }
}
