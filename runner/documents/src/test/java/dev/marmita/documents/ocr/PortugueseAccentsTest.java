package dev.marmita.documents.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.documents.image.Quad;
import java.text.Normalizer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortugueseAccentsTest {

    private final PortugueseAccents accents = PortugueseAccents.load();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Prestação de serviços",
                "Cláusula décima",
                "são ações não órgãos",
                "necessário relatório ministério",
                "técnico econômico orgânica acadêmico público músicas",
                "responsável possíveis importantíssima",
                "referência, distância; ciência.",
                "século veículo cálculo título",
                "João Antônio Gonçalves",
                "Em março começou a mudança",
                "tão então mãe cidadão falcão",
            })
    void restoresWordsOfOneSpelling(String text) {
        String printed = Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
        assertThat(accents.restored(printed)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "esta pais secretaria maio ano dos sabia",
                "significa aplica indica Frederico rico",
                "categoria diretoria portaria padaria seria faria",
                "ao aos causa nome",
                "www.servicos.com joao@nao.br",
                "já está à mão",
                "RUA DO COMERCIO, 455 - CAFE TORRADO",
            })
    void leavesTheRestAlone(String text) {
        assertThat(accents.restored(text)).isEqualTo(text);
    }

    @Test
    void writesTheNumberSign() {
        assertThat(accents.restored("Oficio n? 47, quantos?")).isEqualTo("Ofício nº 47, quantos?");
    }

    @Test
    void leavesPagesOfOtherLanguagesAlone() {
        List<TextLine> english =
                lines(
                        "Invoice of the company to the customer",
                        "with a description in publico and serie");
        assertThat(accents.restored(english)).isEqualTo(english);
        List<TextLine> portuguese =
                lines(
                        "O relatorio da empresa foi enviado ao publico",
                        "em uma das reunioes do ano");
        assertThat(accents.restored(portuguese))
                .extracting(TextLine::text)
                .containsExactly(
                        "O relatório da empresa foi enviado ao público",
                        "em uma das reuniões do ano");
    }

    private static List<TextLine> lines(String... texts) {
        return Stream.of(texts).map(text -> new TextLine(text, 1, Quad.of(0, 0, 1, 1))).toList();
    }
}
