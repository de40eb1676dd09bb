package dev.marmita.documents.fields;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.documents.layout.Finding;
import dev.marmita.documents.layout.Layout;
import dev.marmita.documents.testing.Layouts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldFinderTest {

    @Test
    void readsABrazilianReceipt() {
        var fields =
                find(
                        "MERCADO BOA COLHEITA LTDA",
                        "CNPJ 12.345.678/0001-95",
                        "RUA DO COMERCIO, 455 - CENTRO",
                        "RECIFE - PE CEP 50010-240",
                        "CUPOM FISCAL",
                        "DATA 05/03/2026 | HORA 14:22",
                        "ARROZ | 24,90",
                        "SUBTOTAL | 90,00",
                        "TOTAL R$ | 77,32",
                        "DINHEIRO | 80,00",
                        "TROCO | 2,68");
        assertThat(fields.get("company").value()).isEqualTo("MERCADO BOA COLHEITA LTDA");
        assertThat(fields.get("cnpj").value()).isEqualTo("12.345.678/0001-95");
        assertThat(fields.get("address").value())
                .isEqualTo("RUA DO COMERCIO, 455 - CENTRO RECIFE - PE CEP 50010-240");
        assertThat(fields.get("date").value()).isEqualTo("05/03/2026");
        assertThat(fields.get("total").value()).isEqualTo("77,32");
        assertThat(fields.get("subtotal").value()).isEqualTo("90,00");
        assertThat(fields.get("cash").value()).isEqualTo("80,00");
        assertThat(fields.get("change").value()).isEqualTo("2,68");
    }

    @Test
    void prefersWhatMustBePaidToOtherTotals() {
        var fields =
                find(
                        "Total Qty | 3.00",
                        "Total (Excl GST) | 40.00",
                        "Total GST | 2.40",
                        "Total Sales (Inclusive GST) | 42.38",
                        "Rounding Adj | 0.02",
                        "Total Rounded | 42.40",
                        "Cash | 50.00");
        assertThat(fields.get("total").value()).isEqualTo("42.40");
    }

    @Test
    void takesTheAmountBelowWhereNoneIsBeside() {
        assertThat(find("GRAND TOTAL", "RM 12.30").get("total").value()).isEqualTo("12.30");
    }

    @Test
    void leavesTheRegistrationNumberOutOfTheName() {
        assertThat(find("KING'S CONFECTIONERY S/B 273500-U").get("company").value())
                .isEqualTo("KING'S CONFECTIONERY S/B");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "Processo n° 1880/2006,1880/2006",
                "Processo Administrativo nº 3646226-44.2018.8.71.0314,3646226-44.2018.8.71.0314",
                "Autos 2986045-28.2017.8.89.5303,2986045-28.2017.8.89.5303",
                "NUP: 18187.114372/2008-68,18187.114372/2008-68",
                "PROCESSO: 4716/2007,4716/2007"
            })
    void findsTheNumberOfAProceeding(String text, String number) {
        assertThat(FieldFinder.find(Layouts.of(text), false).get("process").value())
                .isEqualTo(number);
    }

    @Test
    void takesNoOtherNumberForAProceeding() {
        assertThat(FieldFinder.find(Layouts.of("o processo de 12/05/2019 a 2020"), false))
                .doesNotContainKey("process");
    }

    @Test
    void findsNothingInNothing() {
        assertThat(FieldFinder.find(new Layout(List.of()), true)).isEmpty();
        assertThat(find("...")).isEmpty();
    }

    @Test
    void looksForNoSellerInOtherDocuments() {
        var layout = Layouts.of("Empresa Sol Ltda", "Total 12,00", "3 de maio de 2026");
        assertThat(FieldFinder.find(layout, false)).containsOnlyKeys("date");
    }

    private static Map<String, Finding> find(String... lines) {
        return FieldFinder.find(Layouts.of(lines), true);
    }
}
