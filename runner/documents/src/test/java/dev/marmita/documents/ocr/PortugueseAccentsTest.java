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
        assertThat(accents.restored(printed, false)).isEqualTo(text);
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
        assertThat(accents.restored(text, false)).isEqualTo(text);
    }

    @Test
    void writesTheNumberSign() {
        assertThat(accents.restored("Oficio n? 47, quantos?", false))
                .isEqualTo("Ofício nº 47, quantos?");
    }

    @Test
    void writesOrdinals() {
        assertThat(accents.restored("N° 12 e N9 77/2012, 3? Vara, 2° oficio", false))
                .isEqualTo("Nº 12 e Nº 77/2012, 3ª Vara, 2º ofício");
        assertThat(accents.restored("a 25 °C, 30° C e N9 solto", false))
                .isEqualTo("a 25 °C, 30° C e N9 solto");
    }

    @Test
    void restoresCapitalsWhereThePageHasAccentsOnThem() {
        String body = "o texto da carta em nome do autor foi enviado com os anexos pela empresa";
        assertThat(accents.restored(lines("DECLARACAO DE MATRICULA", "RUA ÉRICO", body)))
                .extracting(TextLine::text)
                .startsWith("DECLARAÇÃO DE MATRÍCULA");
        assertThat(accents.restored(lines("DECLARACAO DE MATRICULA", "RUA ERICO", body)))
                .extracting(TextLine::text)
                .startsWith("DECLARACAO DE MATRICULA");
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
