"""Names, places and phrases of Brazilian and other office documents, for the text generator."""

FIRST = """Ana Maria João José Antônio Francisco Carlos Paulo Pedro Lucas Luiz Marcos Gabriel Rafael Daniel Marcelo Bruno Eduardo
Felipe Raimundo Rodrigo Manoel Mateus André Fernando Fábio Leonardo Gustavo Guilherme Leandro Tiago Ânderson Ricardo Márcio Jorge
Sebastião Alexandre Roberto Édson Diego Vítor Sérgio Cláudio Thiago Geraldo Adriano Luciano Júlio Renato Vinícius Rogério Samuel
Ronaldo Mário Flávio Ígor Douglas Davi Jéferson Caíque Otávio Inácio Aparecida Francisca Antônia Adriana Juliana Márcia Fernanda
Patrícia Aline Sandra Camila Amanda Bruna Jéssica Letícia Júlia Luciana Vanessa Mariana Gabriela Vera Vitória Larissa Cláudia
Beatriz Luana Rita Sônia Renata Eliane Josefa Simone Natália Cristiane Carla Débora Rosângela Jaqueline Rosa Daniela Marlene
Terezinha Raimunda Andréia Fabiana Lúcia Raquel Ângela Rafaela Joana Cecília Íris Conceição Núbia Zélia Verônica Ester Lívia Inês
Juan Luis Javier Miguel Ángel Jesús María Carmen Begoña Íñigo Núria Peter John William Mary Elizabeth Sarah Thomas Jürgen Günther
François Hélène Zoë Giuseppe Chloë Søren""".split()

LAST = """da_Silva dos_Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Ribeiro Carvalho Almeida Lopes Soares Fernandes
Vieira Barbosa Rocha Dias Nascimento Andrade Moreira Nunes Marques Machado Mendes Freitas Cardoso Ramos Gonçalves Santana Teixeira
Araújo Costa Martins Melo Barros Pinto Correia Cavalcanti Monteiro Moura Campos Batista Castro Duarte Azevedo Antunes Bragança
Brandão Conceição Assunção Magalhães Guimarães Leão Galvão Simões Morães Patrício Peçanha Queirós Tavares Vasconcelos Viana Xavier
Zanetti Müller Schröder Weiß Hoffmann Yamashita Nakamura Kowalski García Hernández Núñez Muñoz Peña Ibáñez Smith Johnson O'Connor
MacDonald Lefèvre Benoît D'Ávila Sant'Anna""".replace("_", "\u0001").split()
LAST = [name.replace("\u0001", " ") for name in LAST]

PLACES = """São_Paulo|SP Rio_de_Janeiro|RJ Belo_Horizonte|MG Brasília|DF Salvador|BA Fortaleza|CE Curitiba|PR Recife|PE Porto_Alegre|RS
Manaus|AM Belém|PA Goiânia|GO Guarulhos|SP Campinas|SP São_Luís|MA Maceió|AL Teresina|PI Natal|RN João_Pessoa|PB Aracaju|SE Cuiabá|MT
Florianópolis|SC Vitória|ES Macapá|AP Boa_Vista|RR Palmas|TO Porto_Velho|RO Rio_Branco|AC Ribeirão_Preto|SP Uberlândia|MG Niterói|RJ
São_José_dos_Campos|SP Jundiaí|SP Santo_André|SP Petrópolis|RJ Criciúma|SC Chapecó|SC Caçador|SC Maringá|PR Foz_do_Iguaçu|PR Bagé|RS
Poços_de_Caldas|MG Três_Corações|MG Açailândia|MA Itajaí|SC São_João_del-Rei|MG Anápolis|GO Sobral|CE Mossoró|RN Jequié|BA""".split()
PLACES = [tuple(place.replace("_", " ").split("|")) for place in PLACES]

STREETS = "Rua|R.|Avenida|Av.|Travessa|Alameda|Al.|Praça|Pç.|Rodovia|Rod.|Estrada|Largo|Calle|Street|Straße".split("|")
STREET_NAMES = """das Flores|Sete de Setembro|XV de Novembro|Tiradentes|Dom Pedro II|Presidente Vargas|Getúlio Vargas|São João|Santo Antônio|Brigadeiro
Faria Lima|Paulista|da Independência|da Consolação|Barão do Rio Branco|Floriano Peixoto|José Bonifácio|Rui Barbosa|Marechal Deodoro|Voluntários da Pátria|dos Três Irmãos|da Conceição|João Pessoa|das Nações Unidas|Araçá|do Comércio|Sebastião Bueno|Coração de Jesus|Major Sertório""".replace("\n", " ").split("|")

COMPANY = """Comércio Indústria Serviços Distribuidora Papelaria Padaria Farmácia Drogaria Supermercado Mercado Restaurante Lanchonete Oficina
Construções Materiais Transportes Logística Engenharia Consultoria Informática Tecnologia Educação Associação Cooperativa Fundação Instituto
Prefeitura Câmara Secretaria Tribunal Cartório Clínica Hospital Laboratório Confecções Calçados Móveis Elétrica Peças Autopeças Panificação""".split()
COMPANY_END = ["Ltda.", "LTDA", "Ltda. - ME", "S.A.", "S/A", "EIRELI", "EPP", "ME", "& Filhos", "e Cia.", "Inc.", "GmbH", "S.L.", "SpA"]

MONTHS = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()
MONTHS_ES = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
MONTHS_EN = "January February March April May June July August September October November December".split()

TITLES = """OFÍCIO|Ofício|CONTRATO DE PRESTAÇÃO DE SERVIÇOS|CERTIDÃO|CERTIDÃO NEGATIVA DE DÉBITOS|NOTA FISCAL|NOTA FISCAL ELETRÔNICA|CUPOM FISCAL|RECIBO|REQUERIMENTO|PORTARIA|ATA DA REUNIÃO ORDINÁRIA|PROCURAÇÃO|DECLARAÇÃO|TERMO DE RESPONSABILIDADE|MEMORANDO|ALVARÁ DE FUNCIONAMENTO|BOLETIM DE OCORRÊNCIA|RELATÓRIO|PARECER TÉCNICO|EDITAL|DESPACHO|SENTENÇA|ACÓRDÃO|ESCRITURA PÚBLICA|COMPROVANTE DE PAGAMENTO|HOLERITE|FATURA|DUPLICATA|ORÇAMENTO|PEDIDO DE COMPRA|FICHA CADASTRAL|HISTÓRICO ESCOLAR|DIPLOMA|ATESTADO MÉDICO|RECEITUÁRIO|LAUDO|NOTIFICAÇÃO EXTRAJUDICIAL|RESOLUÇÃO|LEI COMPLEMENTAR|DECRETO|INSTRUÇÃO NORMATIVA|FACTURA|RECIBO DE PAGO|INVOICE|TAX INVOICE|RECEIPT|CASH SALE|CERTIFICATE""".split("|")

LABELS = """Nome|Nome completo|Razão Social|CPF|CNPJ|CPF/CNPJ|RG|Inscrição Estadual|Inscr. Est.|Endereço|End.|Bairro|Município|Cidade|UF|CEP|Telefone|Tel.|Fone|Fax|E-mail|Data|Data de emissão|Emissão|Vencimento|Data de nascimento|Naturalidade|Nacionalidade|Estado civil|Profissão|Filiação|Valor|Valor total|VALOR TOTAL R$|Total|TOTAL|Subtotal|Desconto|Acréscimo|Troco|Dinheiro|Cartão|Crédito|Débito|Quantidade|Qtde.|Descrição|Código|Cód.|Unid.|Preço unitário|Alíquota|Base de cálculo|ICMS|ISS|IPI|Assunto|Interessado|Processo|Processo nº|Protocolo|Ofício nº|Referência|Ref.|Destinatário|Remetente|Órgão|Classificação|Página|Folha|Fls.|Série|Número|Nº|Chave de acesso|Operador|Caixa|Item|Observações|Assinatura|Matrícula|Cargo|Banco|Agência|Conta|Nombre|Apellidos|Dirección|Fecha|Importe|Date|Time|Invoice No|Bill No|Cashier|Table|Qty|Price|Amount|Change|Rounding|GST|Tax|Total Due""".split("|")

PRODUCTS = """ARROZ BRANCO TIPO 1|FEIJÃO CARIOCA|AÇÚCAR CRISTAL|CAFÉ TORRADO MOÍDO|LEITE INTEGRAL|PÃO FRANCÊS|MAÇÃ GALA|LIMÃO TAITI|MAMÃO FORMOSA|ÓLEO DE SOJA|SABÃO EM PÓ|DETERGENTE NEUTRO|PAPEL HIGIÊNICO|REFRIGERANTE GUARANÁ|ÁGUA MINERAL S/GÁS|QUEIJO MUÇARELA|PRESUNTO COZIDO|FILÉ DE FRANGO|CARNE MOÍDA|MACARRÃO ESPAGUETE|BISCOITO ÁGUA E SAL|CHOCOLATE AO LEITE|CERVEJA LATA|SUCO DE LARANJA|CANETA ESFEROGRÁFICA AZUL|CADERNO UNIVERSITÁRIO|CLIPS Nº 2|TONER PRETO|PARAFUSO SEXTAVADO|CABO ELÉTRICO|LÂMPADA LED|TINTA ACRÍLICA|AREIA MÉDIA|NASI LEMAK|TEH TARIK|CHICKEN RICE|MINERAL WATER|COFFEE|PLASTIC BAG""".split("|")

UNITS = "UN CX KG L PC M ML G PCT FD DZ M2 un kg cx pç".split()
