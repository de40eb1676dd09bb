package dev.marmita.documents.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.documents.layout.Layout;
import dev.marmita.documents.source.FileFacts;
import dev.marmita.documents.source.FileFacts.Property;
import dev.marmita.documents.testing.Layouts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetadataFinderTest {

    private static final MetadataRequest NOTHING = new MetadataRequest(Map.of(), true, false);
    private static final Layout LETTER =
            Layouts.of(
                    "PREFEITURA MUNICIPAL DE SERRA BONITA",
                    "Oficio n? 047/2026 - SMC",
                    "Serra Bonita, 12 de marco de 2026.",
                    "Assunto: Transferencia de documentos",
                    "Senhora Diretora,",
                    "Encaminhamos o relatorio pedido.",
                    "Marcos Vinicius Teixeira",
                    "Secretario Municipal de Cultura");

    @Test
    void readsALetter() {
        var found = find(LETTER, Map.of(), NOTHING);
        assertThat(found.get(Item.DOCUMENT_TYPE).value()).contains("ofício");
        assertThat(found.get(Item.TITLE).value()).contains("Oficio n? 047/2026 - SMC");
        assertThat(found.get(Item.SUBJECT).value()).contains("Transferencia de documentos");
        assertThat(found.get(Item.AUTHOR).value()).contains("PREFEITURA MUNICIPAL DE SERRA BONITA");
        assertThat(found.get(Item.IDENTIFIER).value()).contains("Oficio n? 047/2026");
        assertThat(found.get(Item.PRODUCED_AT).value()).contains("2026-03-12, Serra Bonita");
        assertThat(found.get(Item.SUBJECT).status()).isEqualTo(Status.READ);
        assertThat(found.get(Item.SUBJECT).place().orElseThrow().page()).isEqualTo(1);
    }

    @Test
    void takesAGreetingForATypeOnlyWhereThereIsNoHeading() {
        String[] rows = {
            "EXMO. SR. PREFEITO MUNICIPAL", "REQUERIMENTO", "Maria Souza vem requerer"
        };
        var found = find(Layouts.of(rows), Map.of(), NOTHING);
        assertThat(found.get(Item.DOCUMENT_TYPE).value()).contains("requerimento");
        assertThat(found.get(Item.TITLE).value()).contains("REQUERIMENTO");
        var court = Layouts.of("EXMO. SR. DR. JUIZ DE DIREITO", "Maria Souza vem expor");
        assertThat(find(court, Map.of(), NOTHING).get(Item.DOCUMENT_TYPE).value())
                .contains("petição");
    }

    @Test
    void cutsTheParticularsOffAName() {
        var found =
                find(
                        Layouts.of(
                                "CONTRATO",
                                "CONTRATANTE: Silva Papeis Ltda. inscrita no CNPJ sob o n 1"),
                        Map.of(),
                        NOTHING);
        assertThat(found.get(Item.AUTHOR).value()).contains("Silva Papeis Ltda.");
    }

    @Test
    void prefersTheBodyToTheStateItBelongsTo() {
        var found =
                find(
                        Layouts.of("GOVERNO DO ESTADO", "ESCOLA ESTADUAL ANA NERI", "DECLARACAO"),
                        Map.of(),
                        NOTHING);
        assertThat(found.get(Item.AUTHOR).value()).contains("ESCOLA ESTADUAL ANA NERI");
    }

    @Test
    void readsASolemnDateThatTwoRowsShare() {
        var found =
                find(
                        Layouts.of(
                                "ATA DA REUNIAO",
                                "Aos 19 dias do mes de",
                                "marco do ano de 1998, as"),
                        Map.of(),
                        NOTHING);
        assertThat(found.get(Item.PRODUCED_AT).value()).contains("1998-03-19");
    }

    @Test
    void inventsNothing() {
        var found = find(LETTER, Map.of(), NOTHING);
        for (Item item :
                List.of(
                        Item.DIGITISED_AT,
                        Item.DIGITISED_PLACE,
                        Item.DIGITISED_BY,
                        Item.CLASS,
                        Item.DISPOSAL,
                        Item.RETENTION)) {
            assertThat(found.get(item).status()).isEqualTo(Status.MISSING);
            assertThat(found.get(item).value()).isEmpty();
            assertThat(found.get(item).confidence()).isZero();
        }
    }

    @Test
    void reportsAnEmptyPageAsMissingAllThatMustBeRead() {
        var found = find(new Layout(List.of()), Map.of(), NOTHING);
        assertThat(found.values())
                .filteredOn(one -> one.status() != Status.MISSING)
                .extracting(Metadatum::item)
                .containsExactlyInAnyOrder(Item.HASH, Item.GENRE);
    }

    @Test
    void takesSuppliedValuesBeforeReadOnes() {
        var request =
                new MetadataRequest(
                        Map.of(
                                Item.SUBJECT,
                                " Contas ",
                                Item.RETENTION,
                                "5 anos",
                                Item.TITLE,
                                "  "),
                        true,
                        false);
        var found = find(LETTER, Map.of(), request);
        assertThat(found.get(Item.SUBJECT).value()).contains("Contas");
        assertThat(found.get(Item.SUBJECT).status()).isEqualTo(Status.SUPPLIED);
        assertThat(found.get(Item.RETENTION).status()).isEqualTo(Status.SUPPLIED);
        assertThat(found.get(Item.TITLE).status()).isEqualTo(Status.READ);
    }

    @Test
    void asksForThePublicItemsOnlyOnRequest() {
        var found = find(LETTER, Map.of(), new MetadataRequest(Map.of(), false, false));
        assertThat(found).hasSize(9).doesNotContainKey(Item.RETENTION);
    }

    @Test
    void usesTheDigestAsIdentifierOnlyOnRequest() {
        var found = find(LETTER, Map.of(), new MetadataRequest(Map.of(), false, true));
        assertThat(found.get(Item.IDENTIFIER).value()).contains("urn:sha256:abc");
        assertThat(found.get(Item.IDENTIFIER).status()).isEqualTo(Status.COMPUTED);
    }

    @Test
    void readsWhatTheScannerWroteIntoTheFile() {
        var found =
                find(
                        LETTER,
                        Map.of(Property.CREATED, "2026-04-01T10:00:00", Property.OPERATOR, "Ana"),
                        NOTHING);
        assertThat(found.get(Item.DIGITISED_AT).value()).contains("2026-04-01T10:00:00");
        assertThat(found.get(Item.DIGITISED_BY).value()).contains("Ana");
        assertThat(found.get(Item.DIGITISED_BY).status()).isEqualTo(Status.READ);
    }

    @ParameterizedTest
    @CsvSource({
        "CONTRATO DE LOCAÇÃO Nº 3/2026, contrato",
        "Memorando nº 4, memorando",
        "RECIBO, recibo",
        "ATA DA REUNIÃO ORDINÁRIA, ata",
        "PORTARIA Nº 12 DE 3 DE MAIO, portaria",
        "CERTIDAO NEGATIVA, certidão",
        "Declaracao de residencia, declaração",
        "PROCURAÇÃO, procuração",
        "Relatório anual, relatório",
        "TAX INVOICE, fatura",
        "DANFE, nota fiscal eletrônica",
        "Official Receipt, recibo",
    })
    void knowsTypesByTheirHeadings(String heading, String type) {
        var found = find(Layouts.of("Casa Azul", heading, "texto"), Map.of(), NOTHING);
        assertThat(found.get(Item.DOCUMENT_TYPE).value()).contains(type);
    }

    @Test
    void doesNotTakeASentenceForAHeading() {
        var found =
                find(
                        Layouts.of("Bom dia a todos", "segue em anexo a ata da ultima reuniao"),
                        Map.of(),
                        NOTHING);
        assertThat(found.get(Item.DOCUMENT_TYPE).status()).isEqualTo(Status.MISSING);
    }

    @Test
    void acceptsAnAccessKeyOnlyWithItsCheckDigit() {
        String key = "35080599999090910270550010000000015180051273";
        assertThat(Particulars.isAccessKey(key)).isTrue();
        assertThat(Particulars.isAccessKey(key.substring(0, 43) + "4")).isFalse();
        var found =
                find(
                        Layouts.of(
                                "DANFE", "3508 0599 9990 9091 0270 5500 1000 0000 0151 8005 1273"),
                        Map.of(),
                        NOTHING);
        assertThat(found.get(Item.IDENTIFIER).value()).contains(key);
    }

    private static Map<Item, Metadatum> find(
            Layout layout, Map<Property, String> properties, MetadataRequest request) {
        FileFacts facts = new FileFacts("PNG", Optional.empty(), properties);
        return new MetadataFinder(layout, facts, request, "abc", Optional.empty())
                .find().stream().collect(Collectors.toMap(Metadatum::item, one -> one));
    }
}
