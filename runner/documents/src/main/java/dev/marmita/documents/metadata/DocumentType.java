package dev.marmita.documents.metadata;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A type of document and the words by which it is known, in text without case and accents.
 *
 * @param label as written in the metadata
 * @param heading what its heading begins with
 * @param anywhere words that give it away wherever they stand; the heading itself where there are none
 * @param receipt issued by a seller, whose name is then the author
 * @param greeting known by whom it speaks to, which counts only where it has no heading
 */
record DocumentType(
        String label, Pattern heading, Pattern anywhere, boolean receipt, boolean greeting) {

    private static final String NEVER = "(?!)";

    /** The more special before the more general. */
    static final List<DocumentType> ALL =
            List.of(
                    seller(
                            "nota fiscal eletrônica",
                            "danfe|nf-?e\\b|nota fiscal eletronica|documento auxiliar da nota fiscal",
                            "danfe|nota fiscal eletronica|chave de acesso"),
                    seller(
                            "cupom fiscal",
                            "cupom fiscal|nfc-?e|extrato cf-?e|danfe nfc-?e",
                            "cupom fiscal|nfc-?e\\b"),
                    seller(
                            "nota fiscal de serviço",
                            "nota fiscal de servico|nfs-?e",
                            "nfs-?e\\b|prestador de servicos"),
                    seller("nota fiscal", "nota fiscal", "nota fiscal"),
                    seller(
                            "boleto bancário",
                            "boleto|ficha de compensacao|recibo do pagador|recibo do sacado",
                            "ficha de compensacao|linha digitavel|nosso numero"),
                    seller(
                            "fatura",
                            "fatura|duplicata|tax invoice|simplified tax invoice|invoice|factura",
                            "tax invoice|\\binvoice\\b|\\bfactura\\b|\\bfatura\\b"),
                    seller(
                            "recibo",
                            "recibo|receipt|cash receipt|official receipt|cash bill|cash sales?",
                            "\\brecibo\\b|\\breceipt\\b|cash bill|cash sales?|\\btroco\\b"),
                    plain("termo aditivo", "(?:\\w+ )?termo aditivo"),
                    plain(
                            "contrato",
                            "contrato|termo de contrato|instrumento particular|contract|agreement",
                            "contratante.*contratad|as partes acima"),
                    plain("ofício", "oficio"),
                    plain("memorando", "memorando|memorandum|memo\\b"),
                    plain("ata", "ata\\b"),
                    plain("portaria", "portaria"),
                    plain("certidão", "certidao"),
                    plain("certificado", "certificado|certificate"),
                    plain("atestado", "atestado"),
                    plain("declaração", "declaracao|declaramos|declaro"),
                    plain("procuração", "procuracao|instrumento de mandato"),
                    plain("relatório", "relatorio|report\\b"),
                    plain("parecer", "parecer"),
                    plain("despacho", "despacho"),
                    plain("edital", "edital"),
                    plain("requerimento", "requerimento|requisicao"),
                    greeting("petição", "(?:excelentissim[oa]|exm[oa]\\.?) s.{0,20}\\bjuiz"),
                    greeting(
                            "requerimento",
                            "excelentissim[oa]\\b|exm[oa]\\b|ilustrissim[oa]\\b|ilm[oa]\\b"),
                    plain("resolução", "resolucao"),
                    plain("decreto", "decreto"),
                    plain("lei", "lei (?:complementar |ordinaria )?n"),
                    plain("laudo", "laudo"),
                    plain("alvará", "alvara"),
                    plain("escritura", "escritura"),
                    plain("estatuto", "estatuto"),
                    plain("petição", "peticao"),
                    plain("sentença", "sentenca"),
                    plain("notificação", "notificacao"),
                    plain("convocação", "convocacao|convite"),
                    plain("circular", "circular"),
                    plain("ordem de serviço", "ordem de servico"),
                    plain("pedido de compra", "pedido de compra|ordem de compra|purchase order"),
                    plain("orçamento", "orcamento|cotacao|quotation"),
                    plain("proposta", "proposta"),
                    plain(
                            "contracheque",
                            "contracheque|holerite|recibo de pagamento de salario|demonstrativo de pagamento"),
                    plain("comprovante", "comprovante"),
                    plain("extrato", "extrato"),
                    plain("balanço patrimonial", "balanco patrimonial"),
                    plain("currículo", "curriculo|curriculum vitae"),
                    plain("formulário", "formulario|ficha (?:de|cadastral)|\\bform\\b"),
                    plain("termo", "termo de"),
                    plain("carta", "carta\\b"),
                    greeting("carta", "prezad[oa]s? senhor|dear (?:sir|mr|ms|madam)"));

    private static DocumentType seller(String label, String heading, String anywhere) {
        return new DocumentType(
                label,
                Pattern.compile("^\\W*(?:" + heading + ")"),
                Pattern.compile(anywhere),
                true,
                false);
    }

    private static DocumentType greeting(String label, String words) {
        return new DocumentType(
                label,
                Pattern.compile("^\\W*(?:" + words + ")"),
                Pattern.compile(NEVER),
                false,
                true);
    }

    private static DocumentType plain(String label, String heading) {
        return plain(label, heading, NEVER);
    }

    private static DocumentType plain(String label, String heading, String anywhere) {
        return new DocumentType(
                label,
                Pattern.compile("^\\W*(?:" + heading + ")"),
                Pattern.compile(anywhere),
                false,
                false);
    }
}
