package dev.marmita.documents.samples;

import java.awt.Font;
import java.util.List;

/** What the samples say. Persons and bodies are invented; their tax numbers only carry right check digits. */
final class SampleTexts {

    private static final String SERIF = Font.SERIF;
    private static final String SANS = Font.SANS_SERIF;
    private static final String MONO = Font.MONOSPACED;

    private SampleTexts() {}

    static Sheet oficio() {
        Sheet sheet = new Sheet(210, 297, 300);
        sheet.font(SERIF, Font.BOLD, 13).at(28).centred("PREFEITURA MUNICIPAL DE SERRA BONITA");
        sheet.font(SERIF, Font.PLAIN, 11).down(6).centred("Secretaria Municipal de Cultura");
        sheet.down(5).centred("Rua das Palmeiras, 120 - Centro - CEP 29100-000");
        sheet.font(SERIF, Font.BOLD, 12).at(60).left(25, "Ofício nº 047/2026 - SMC");
        sheet.font(SERIF, Font.PLAIN, 12).at(72).right(190, "Serra Bonita, 12 de março de 2026.");
        sheet.at(88).left(25, "À Senhora");
        sheet.down(6).left(25, "Helena Prado Monteiro");
        sheet.down(6).left(25, "Diretora do Arquivo Público Estadual");
        sheet.font(SERIF, Font.BOLD, 12).at(114);
        sheet.left(25, "Assunto: Transferência de documentos para guarda permanente");
        sheet.font(SERIF, Font.PLAIN, 12).at(128).left(38, "Senhora Diretora,");
        sheet.at(140)
                .paragraph(
                        25,
                        190,
                        7,
                        "Em atendimento ao plano anual de trabalho, informamos que foram separadas"
                                + " oitenta e quatro caixas com processos de 1998 a 2010, todos"
                                + " identificados e higienizados, para transferência ao Arquivo"
                                + " Público Estadual.");
        sheet.down(4)
                .paragraph(
                        25,
                        190,
                        7,
                        "Pedimos a gentileza de indicar a data e o local da entrega. O servidor"
                                + " Paulo Azevedo, pelo telefone (27) 3333-0147, responde pelo"
                                + " agendamento.");
        sheet.down(8).left(38, "Atenciosamente,");
        sheet.down(30).centred("Marcos Vinicius Teixeira");
        sheet.down(6).centred("Secretário Municipal de Cultura");
        return sheet;
    }

    static List<Sheet> contrato() {
        Sheet first = new Sheet(210, 297, 300);
        first.font(SANS, Font.BOLD, 13)
                .at(30)
                .centred("CONTRATO DE PRESTAÇÃO DE SERVIÇOS Nº 15/2026");
        first.font(SANS, Font.PLAIN, 11).at(48);
        first.paragraph(
                25,
                188,
                6.5,
                "CONTRATANTE: Cooperativa Agrícola Vale Verde Ltda., inscrita no CNPJ sob o número"
                        + " 11.222.333/0001-81, com sede na Avenida dos Ipês, 900, Campo Largo.");
        first.down(4)
                .paragraph(
                        25,
                        188,
                        6.5,
                        "CONTRATADA: Beatriz Nogueira Lins, engenheira, inscrita no CPF sob o número"
                                + " 529.982.247-25, residente na Rua Sete de Abril, 31, Campo Largo.");
        first.down(4)
                .paragraph(
                        25,
                        188,
                        6.5,
                        "As partes acima identificadas ajustam o presente contrato, que se rege pelas"
                                + " seguintes cláusulas.");
        first.down(6).font(SANS, Font.BOLD, 11).left(25, "Cláusula 1ª - Do objeto");
        first.font(SANS, Font.PLAIN, 11)
                .down(7)
                .paragraph(
                        25,
                        188,
                        6.5,
                        "A contratada prestará serviços de medição e registro de solo em doze glebas,"
                                + " com entrega de relatórios mensais.");
        first.at(280).centred("Página 1 de 2");
        Sheet second = new Sheet(210, 297, 300);
        second.font(SANS, Font.BOLD, 11).at(30).left(25, "Cláusula 2ª - Do valor");
        second.font(SANS, Font.PLAIN, 11)
                .down(7)
                .paragraph(
                        25,
                        188,
                        6.5,
                        "Pelos serviços a contratante paga R$ 4.850,00 por mês, até o quinto dia"
                                + " do mês seguinte, por transferência bancária.");
        second.down(6).font(SANS, Font.BOLD, 11).left(25, "Cláusula 3ª - Do prazo");
        second.font(SANS, Font.PLAIN, 11)
                .down(7)
                .paragraph(
                        25,
                        188,
                        6.5,
                        "O contrato vale por doze meses a partir da assinatura e pode ser prorrogado"
                                + " por termo aditivo.");
        second.down(12).left(25, "Campo Largo, 2 de fevereiro de 2026.");
        second.down(34).rule(25, 95).rule(115, 185);
        second.down(6).left(25, "Otávio Brandão Reis").left(115, "Beatriz Nogueira Lins");
        second.down(6).left(25, "Presidente da cooperativa").left(115, "Contratada");
        second.at(280).centred("Página 2 de 2");
        return List.of(first, second);
    }

    static Sheet cupom() {
        Sheet sheet = new Sheet(80, 150, 300);
        sheet.font(MONO, Font.BOLD, 11).at(14).centred("MERCADO BOA COLHEITA LTDA");
        sheet.font(MONO, Font.PLAIN, 8.5).down(5).centred("CNPJ 12.345.678/0001-95");
        sheet.down(4.5).centred("RUA DO COMERCIO, 455 - CENTRO");
        sheet.down(4.5).centred("RECIFE - PE  CEP 50010-240");
        sheet.down(3).rule(6, 74);
        sheet.font(MONO, Font.BOLD, 9).down(6).centred("CUPOM FISCAL");
        sheet.font(MONO, Font.PLAIN, 8.5)
                .down(6)
                .left(6, "DATA 05/03/2026")
                .right(74, "HORA 14:22");
        String[][] items = {
            {"ARROZ TIPO 1 5KG", "24,90"},
            {"FEIJAO PRETO 1KG", "8,75"},
            {"CAFE TORRADO 500G", "19,40"},
            {"LEITE INTEGRAL 1L", "5,29"},
            {"SABAO EM BARRA", "12,15"},
            {"BANANA PRATA KG", "6,83"},
        };
        sheet.down(3);
        for (String[] item : items) {
            sheet.down(5.5).left(6, item[0]).right(74, item[1]);
        }
        sheet.down(3).rule(6, 74);
        sheet.font(MONO, Font.BOLD, 11).down(7).left(6, "TOTAL R$").right(74, "77,32");
        sheet.font(MONO, Font.PLAIN, 8.5).down(6).left(6, "DINHEIRO").right(74, "80,00");
        sheet.down(5.5).left(6, "TROCO").right(74, "2,68");
        sheet.down(8).centred("CPF DO CONSUMIDOR 123.456.789-09");
        sheet.down(6).centred("OBRIGADO E VOLTE SEMPRE");
        return sheet;
    }

    static Sheet formulario() {
        Sheet sheet = new Sheet(210, 148, 200);
        sheet.font(SANS, Font.BOLD, 14).at(18).centred("FICHA DE CADASTRO DE LEITOR");
        sheet.font(SANS, Font.PLAIN, 9).down(6).centred("Biblioteca Comunitária do Bairro Alto");
        String[][] fields = {
            {"Nome completo", "Lucas Andrade Ferraz"},
            {"Data de nascimento", "19/08/1994"},
            {"CPF", "529.982.247-25"},
            {"Rua", "Travessa do Sol, 77"},
            {"Cidade", "Porto Claro"},
            {"Telefone", "(41) 3222-0199"},
        };
        double top = 32;
        for (String[] field : fields) {
            sheet.box(20, top, 190, top + 12);
            sheet.font(SANS, Font.PLAIN, 8).at(top + 8).left(23, field[0]);
            sheet.font(SANS, Font.PLAIN, 11).left(70, field[1]);
            top += 14;
        }
        sheet.font(SANS, Font.PLAIN, 9).at(top + 10).left(20, "Porto Claro, 7 de abril de 2026");
        return sheet;
    }

    static Sheet recibo() {
        Sheet sheet = new Sheet(150, 95, 200);
        sheet.box(5, 5, 145, 90);
        sheet.font(SERIF, Font.BOLD, 18).at(20).left(14, "RECIBO Nº 208");
        sheet.right(136, "R$ 1.250,00");
        sheet.font(SERIF, Font.PLAIN, 12).at(34);
        sheet.paragraph(
                14,
                136,
                7,
                "Recebi de Clara Mendes Rocha a quantia de mil duzentos e cinquenta reais referente"
                        + " ao aluguel da sala 12 no mês de maio de 2026.");
        sheet.down(6).left(14, "Olinda, 3 de junho de 2026");
        sheet.down(16).left(14, "Joaquim Tavares Melo");
        sheet.down(6).left(14, "CPF 123.456.789-09");
        return sheet;
    }

    /** Lines of the born-digital report; the first is its title. */
    static List<String> relatorio() {
        return List.of(
                "Relatório de atividades do primeiro trimestre de 2026",
                "Instituto Horizonte de Estudos Urbanos",
                "Curitiba, 30 de abril de 2026",
                "1. Introdução",
                "Este relatório resume as ações realizadas entre janeiro e março, com ênfase na",
                "digitalização de plantas e na revisão do acervo fotográfico da cidade.",
                "2. Resultados",
                "Foram tratados 3.412 documentos, dos quais 2.980 já estão disponíveis para consulta.",
                "As despesas somaram R$ 18.734,50, dentro do previsto no plano de trabalho.",
                "3. Próximos passos",
                "Continuar a descrição das séries e publicar o guia do acervo em julho de 2026.");
    }
}
