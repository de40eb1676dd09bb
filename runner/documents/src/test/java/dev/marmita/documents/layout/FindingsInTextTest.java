package dev.marmita.documents.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FindingsInTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Date: 25/12/2018 8:13 PM | 2018-12-25 | 25/12/2018",
                "05-03-26 | 2026-03-05 | 05-03-26",
                "emitido em 2026-03-12 | 2026-03-12 | 2026-03-12",
                "Serra Bonita, 12 de março de 2026. | 2026-03-12 | 12 de março de 2026",
                "Curitiba, 1º de maio de 2024 | 2024-05-01 | 1º de maio de 2024",
                "14-MAY-2017 | 2017-05-14 | 14-MAY-2017",
                "March 5, 2018 | 2018-03-05 | March 5, 2018",
                "18 de julio del 2019 | 2019-07-18 | 18 de julio del 2019",
                "12/28/2017 | 2017-12-28 | 12/28/2017",
                "30.04.2026 | 2026-04-30 | 30.04.2026",
            })
    void findsDates(String text, LocalDate date, String printed) {
        assertThat(Dates.in(text))
                .extracting(Dates.Found::date, Dates.Found::text)
                .containsExactly(tuple(date, printed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "31/02/2020",
                "11.222.333/0001-81",
                "192.168.10.20",
                "tel 27 3333 0147",
                "99/99/99",
                "47500 SUBANG JAYA"
            })
    void findsNoDateWhereThereIsNone(String text) {
        assertThat(Dates.in(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TOTAL R$ 1.234,56 | 1234.56",
                "RM 80.90 | 80.90",
                "RM14.20 | 14.20",
                "1,234.56 | 1234.56",
                "12. 30 | 12.30",
                "-5,00 | -5.00",
            })
    void findsAmounts(String text, String value) {
        assertThat(Amounts.in(text))
                .extracting(found -> found.value().toPlainString())
                .containsExactly(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"25/12/2018", "6.00%", "5 itens", "12.345.678/0001-95", "v1.25.3"})
    void findsNoAmountWhereThereIsNone(String text) {
        assertThat(Amounts.in(text)).isEmpty();
    }

    @Test
    void acceptsOnlyTaxNumbersWithRightCheckDigits() {
        assertThat(TaxNumbers.cnpj("CNPJ 11.222.333/0001-81"))
                .isEqualTo(Optional.of("11.222.333/0001-81"));
        assertThat(TaxNumbers.cnpj("CNPJ 11222333000181"))
                .isEqualTo(Optional.of("11.222.333/0001-81"));
        assertThat(TaxNumbers.cnpj("CNPJ 11.222.333/0001-82")).isEmpty();
        assertThat(TaxNumbers.cnpj("00.000.000/0000-00")).isEmpty();
        assertThat(TaxNumbers.cpf("CPF 529.982.247-25")).isEqualTo(Optional.of("529.982.247-25"));
        assertThat(TaxNumbers.cpf("CPF 529.982.247-26")).isEmpty();
        assertThat(TaxNumbers.cpf("111.111.111-11")).isEmpty();
    }

    @Test
    void acceptsACnpjWithLetters() {
        // The example of the tax office's own description of the new form.
        assertThat(TaxNumbers.cnpj("12.ABC.345/01DE-35"))
                .isEqualTo(Optional.of("12.ABC.345/01DE-35"));
        assertThat(TaxNumbers.cnpj("12.ABC.345/01DE-36")).isEmpty();
    }
}
