package dev.marmita.documents.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookAlikesTest {

    @ParameterizedTest
    @CsvSource({
        "GR0UND FL00R, GROUND FLOOR",
        "C0MERCI0 D0 SUL, COMERCIO DO SUL",
        "Leve1 6, Level 6",
        "Smal1 Peta1ing, Small Petaling",
        "Tota1 JIn BIk, Total Jln Blk",
        "INV01CE N0: 18, INVOICE NO: 18",
        "0yster, Oyster",
    })
    void correctsDigitsInsideWords(String read, String meant) {
        assertThat(LookAlikes.corrected(read)).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "CS00031663",
        "12.345.678/0001-95",
        "R$ 10,00",
        "U5/13 G1 A0",
        "xxxxxxxxxxx0000",
        "Tipo I e II",
        "H2O B12 10cm",
        "ISO 9001",
    })
    void leavesNumbersAndCodesAlone(String text) {
        assertThat(LookAlikes.corrected(text)).isEqualTo(text);
    }
}
