"""Layouts of office documents: each draws a page and returns what a reader should find on it."""

from content import ITEMS, SECRETARIATS, cnpj, cpf, digits, money
from page import Page

LAYOUTS = {}


def layout(function):
    LAYOUTS[function.__name__] = function
    return function


def _letterhead(page, w, *rows, seal=True):
    if seal:
        page.seal(page.width / 2, page.y)
        page.y += 18
    for i, row in enumerate(rows):
        page.line(row, 13 if i == 0 else 11, i == 0, "centre")
    page.y += 6


def _signed(page, w, name=None, role=None):
    page.y += 18
    page.pen.line([(70 * 7.874, page.y * 7.874), (140 * 7.874, page.y * 7.874)], fill=0, width=2)
    page.y += 1.5
    page.line(name or w.signer, 11, align="centre")
    page.line(role or w.role, 10, align="centre")


@layout
def oficio_prefeitura(page, w):
    body = f"PREFEITURA MUNICIPAL DE {w.city.upper()}"
    _letterhead(page, w, body, w.rng.choice(SECRETARIATS))
    title = f"Ofício nº {w.number}/{w.year}"
    page.line(title, 12, True)
    page.line(f"{w.city}, {w.long_date}.", align="right", gap=8)
    page.line("À Sua Senhoria o Senhor")
    page.line(w.person(), bold=True)
    page.line(w.company_name, gap=6)
    page.line(f"Assunto: {w.subject}.", bold=True, gap=6)
    page.line("Prezado Senhor,", left=40, gap=4)
    for text in w.sentences(3):
        page.paragraph(text, indent=15)
    page.line("Atenciosamente,", left=40)
    _signed(page, w)
    return {"documentType": "ofício", "title": title, "subject": w.subject, "author": body, "producedAt": w.iso}


@layout
def oficio_circular(page, w):
    page.face = "sans"
    page.line("MINISTÉRIO DA INTEGRAÇÃO REGIONAL", 12, True)
    page.line("Departamento de Gestão Interna", 10)
    page.rule()
    page.y += 6
    title = f"OFÍCIO CIRCULAR Nº {w.number}/{w.year}/DGI"
    page.line(title, 12, True, gap=3)
    page.line(f"{w.city}, {w.long_date}", gap=5)
    process = w.process()
    page.line(f"Processo nº {process}", 10, gap=2)
    page.line(f"Assunto: {w.subject}", 11, True, gap=6)
    for text in w.sentences(4):
        page.paragraph(text)
    _signed(page, w)
    return {"documentType": "ofício", "title": title, "subject": w.subject, "author": "MINISTÉRIO DA INTEGRAÇÃO REGIONAL", "producedAt": w.iso, "process": process}


@layout
def memorando(page, w):
    page.face = "sans"
    body = f"Universidade Federal de {w.city}"
    page.line(body, 12, True, "centre", gap=8)
    title = f"MEMORANDO Nº {w.number}/{w.year}"
    page.line(title, 13, True, "centre", gap=8)
    page.line(f"Data: {w.short_date}", gap=1)
    page.line(f"Para: {w.rng.choice(SECRETARIATS)}", gap=1)
    page.line(f"Assunto: {w.subject}", gap=8)
    for i, text in enumerate(w.sentences(3)):
        page.paragraph(f"{i + 1}. {text}")
    _signed(page, w)
    return {"documentType": "memorando", "title": title, "subject": w.subject, "author": body, "producedAt": w.iso}


@layout
def contrato_servicos(page, w):
    title = "CONTRATO DE PRESTAÇÃO DE SERVIÇOS"
    page.line(title, 14, True, "centre", gap=8)
    a, b = cnpj(w.rng), cpf(w.rng)
    other = w.person()
    page.paragraph(f"CONTRATANTE: {w.company_name}, inscrita no CNPJ sob o nº {a}, com sede na {w.address()}.", gap=3)
    page.paragraph(f"CONTRATADO: {other}, brasileiro, portador do CPF nº {b}, residente na {w.address()}.", gap=5)
    value, text = w.amount()
    for i, (name, clause) in enumerate([("DO OBJETO", w.sentences(1)[0]), ("DO PREÇO", f"Pelos serviços a CONTRATANTE pagará o valor total de R$ {text}, em parcela única."), ("DO PRAZO", w.sentences(1)[0]), ("DO FORO", f"Fica eleito o foro da comarca de {w.city}.")]):
        page.line(f"CLÁUSULA {['PRIMEIRA', 'SEGUNDA', 'TERCEIRA', 'QUARTA'][i]} - {name}", 11, True, gap=1)
        page.paragraph(clause, gap=4)
    page.line(f"{w.city}/{w.state}, {w.long_date}.", gap=14)
    page.text(30, page.y, "_______________________")
    page.y += page.text(115, page.y, "_______________________")
    page.text(42, page.y, "CONTRATANTE")
    page.text(127, page.y, "CONTRATADO")
    return {"documentType": "contrato", "title": title, "author": w.company_name, "producedAt": w.iso, "cnpj": a, "cpf": b}


@layout
def contrato_numerado(page, w):
    page.face = "sans"
    body = f"CÂMARA MUNICIPAL DE {w.city.upper()}"
    _letterhead(page, w, body, "Estado de " + w.state)
    title = f"CONTRATO Nº {w.number:03}/{w.year}"
    page.line(title, 13, True, "centre", gap=3)
    process = w.process()
    page.line(f"Processo Administrativo nº {process}", 10, align="centre", gap=6)
    a = cnpj(w.rng)
    objective = f"Aquisição de {w.rng.choice(ITEMS).lower()}"
    page.paragraph(f"OBJETO: {objective}", bold=True, gap=4)
    page.paragraph(f"Pelo presente instrumento, a {body.title()} e a empresa {w.company_name}, CNPJ {a}, firmam o presente contrato, regido pelas cláusulas seguintes.", gap=4)
    for text in w.sentences(3):
        page.paragraph(text)
    page.line(f"{w.city}, {w.long_date}.", align="right")
    _signed(page, w, role="Presidente da Câmara")
    return {"documentType": "contrato", "title": title, "subject": objective, "author": body, "producedAt": w.iso, "cnpj": a, "process": process}


@layout
def certidao_negativa(page, w):
    page.face = "sans"
    body = f"PREFEITURA MUNICIPAL DE {w.city.upper()}"
    _letterhead(page, w, body, "Secretaria da Fazenda")
    title = "CERTIDÃO NEGATIVA DE DÉBITOS"
    page.line(title, 15, True, "centre", gap=8)
    a = cnpj(w.rng)
    page.line(f"Contribuinte: {w.company_name}", gap=1)
    page.line(f"CNPJ: {a}", gap=5)
    page.paragraph("Certificamos que, até a presente data, não constam débitos em nome do contribuinte acima identificado, ressalvado o direito de a Fazenda Municipal cobrar quaisquer dívidas que venham a ser apuradas.")
    page.line(f"Certidão nº {digits(w.rng, 6)}/{w.year}", gap=1)
    page.line(f"Emitida em {w.short_date} às {w.rng.randrange(8, 18):02}:{w.rng.randrange(60):02}:{w.rng.randrange(60):02}", gap=1)
    return {"documentType": "certidão", "title": title, "author": body, "producedAt": w.iso, "cnpj": a}


@layout
def certidao_cartorio(page, w):
    body = f"CARTÓRIO DO {w.rng.randrange(1, 9)}º OFÍCIO DE REGISTRO CIVIL"
    _letterhead(page, w, "REPÚBLICA FEDERATIVA DO BRASIL", body, f"{w.city} - {w.state}")
    title = "CERTIDÃO DE NASCIMENTO"
    page.line(title, 16, True, "centre", gap=8)
    b = cpf(w.rng)
    page.field(25, page.y, 160, 10, "NOME", w.person())
    page.field(25, page.y + 10, 80, 10, "CPF", b)
    page.field(105, page.y + 10, 80, 10, "MUNICÍPIO DE NASCIMENTO E UF", f"{w.city} - {w.state}")
    page.field(25, page.y + 20, 160, 10, "FILIAÇÃO", f"{w.person()} e {w.person()}")
    page.y += 38
    page.paragraph("O conteúdo da certidão é verdadeiro. Dou fé.")
    page.line(f"{w.city}, {w.long_date}.", gap=2)
    _signed(page, w, role="Oficial de Registro Civil")
    return {"documentType": "certidão", "title": title, "author": body, "producedAt": w.iso, "cpf": b}


@layout
def nota_fiscal_servico(page, w):
    page.face = "sans"
    page.line(f"PREFEITURA DO MUNICÍPIO DE {w.city.upper()}", 11, True, "centre")
    title = "NOTA FISCAL DE SERVIÇOS ELETRÔNICA - NFS-e"
    page.line(title, 12, True, "centre", gap=4)
    page.field(25, page.y, 80, 10, "Número da Nota", digits(w.rng, 6))
    page.field(105, page.y, 80, 10, "Data e Hora de Emissão", f"{w.short_date} {w.rng.randrange(8, 18):02}:{w.rng.randrange(60):02}")
    page.y += 14
    a = cnpj(w.rng)
    page.line("PRESTADOR DE SERVIÇOS", 10, True, "centre", gap=1)
    page.line(f"Razão Social: {w.company_name}", 10)
    page.line(f"CNPJ: {a}", 10)
    page.line(f"Endereço: {w.address()}", 10, gap=3)
    page.line("TOMADOR DE SERVIÇOS", 10, True, "centre", gap=1)
    page.line(f"Nome/Razão Social: {w.company()}", 10, gap=3)
    page.line("DISCRIMINAÇÃO DOS SERVIÇOS", 10, True, "centre", gap=1)
    page.paragraph(w.sentences(1)[0], 10, gap=20)
    value, text = w.amount(200, 9000)
    page.line(f"VALOR TOTAL DA NOTA = R$ {text}", 13, True, "centre", gap=2)
    return {"documentType": "nota fiscal de serviço", "title": title, "author": w.company_name, "producedAt": w.iso, "cnpj": a, "total": text}


@layout
def cupom(page, w):
    page.face = "mono"
    value = 0.0
    a = cnpj(w.rng)
    page.line(w.company_name.upper(), 10, True, "centre", left=55, right=55)
    page.line(w.address().upper()[:42], 8, align="centre")
    page.line(f"CNPJ: {a}", 8, align="centre", gap=2)
    page.line(f"{w.short_date} {w.rng.randrange(8, 22):02}:{w.rng.randrange(60):02}:{w.rng.randrange(60):02}   COO: {digits(w.rng, 6)}", 8, align="centre", gap=2)
    title = "CUPOM FISCAL"
    page.line(title, 11, True, "centre", gap=2)
    for i in range(w.rng.randrange(3, 8)):
        price, n = round(w.rng.uniform(2, 60), 2), w.rng.randrange(1, 5)
        value += price * n
        page.line(f"{i + 1:03} {w.rng.choice(ITEMS).upper()}", 8, left=60)
        page.line(f"    {n} UN X {money(price)}", 8, left=60)
        page.y -= 8 * 25.4 / 72 * 1.25
        page.line(money(price * n), 8, align="right", right=60)
    text = money(value)
    page.y += 2
    page.line(f"TOTAL R$ {text}", 12, True, left=60)
    page.line(f"DINHEIRO {money(value)}", 8, left=60)
    page.line("TROCO 0,00", 8, left=60)
    return {"documentType": "cupom fiscal", "title": title, "author": w.company_name.upper(), "producedAt": w.iso, "cnpj": a, "total": text}


@layout
def recibo(page, w):
    value, text = w.amount(50, 5000)
    title = "RECIBO"
    page.text(25, page.y, title, 20, True)
    page.text(185, page.y + 2, f"R$ {text}", 14, True, "right")
    page.y += 18
    payer, b = w.person(), cpf(w.rng)
    page.paragraph(f"Recebi de {payer} a importância de R$ {text}, referente a {w.subject.lower()}, pelo que dou plena e geral quitação.", 12, leading=1.2, gap=8)
    page.line(f"{w.city}, {w.long_date}.", 12)
    page.y += 18
    page.line(w.signer, 12, align="centre")
    page.line(f"CPF: {b}", 11, align="centre")
    return {"documentType": "recibo", "title": title, "author": w.signer, "producedAt": w.iso, "cpf": b, "total": text}


@layout
def recibo_empresa(page, w):
    page.face = "sans"
    page.box(20, 18, 170, 85)
    a = cnpj(w.rng)
    page.line(w.company_name, 12, True)
    page.line(w.address(), 9)
    page.line(f"CNPJ {a}", 9, gap=4)
    value, text = w.amount(50, 5000)
    title = f"RECIBO Nº {w.number:04}"
    page.line(title, 14, True, gap=2)
    page.line(f"Valor: R$ {text}", 12, True, gap=3)
    page.paragraph(f"Recebemos de {w.person()} a quantia acima, referente a {w.subject.lower()}.", 11)
    page.line(f"{w.city}, {w.short_date}", 11)
    return {"documentType": "recibo", "title": title, "author": w.company_name, "producedAt": w.iso, "cnpj": a, "total": text}


@layout
def requerimento(page, w):
    page.line(f"EXMO. SR. PREFEITO MUNICIPAL DE {w.city.upper()}", 12, True, gap=14)
    b = cpf(w.rng)
    name = w.signer
    title = "REQUERIMENTO"
    page.line(title, 14, True, "centre", gap=8)
    page.paragraph(f"{name}, brasileiro, casado, inscrito no CPF sob o nº {b}, residente e domiciliado na {w.address()}, vem respeitosamente requerer a Vossa Excelência {w.subject.lower()}, pelas razões que passa a expor.", indent=20, leading=1.3)
    for text in w.sentences(2):
        page.paragraph(text, indent=20, leading=1.3)
    page.line("Nestes termos, pede deferimento.", left=45, gap=5)
    page.line(f"{w.city}, {w.long_date}.", align="right")
    _signed(page, w, name, "Requerente")
    return {"documentType": "requerimento", "title": title, "author": name, "producedAt": w.iso, "cpf": b}


@layout
def portaria(page, w):
    body = f"TRIBUNAL REGIONAL DO TRABALHO DA {w.rng.randrange(1, 25)}ª REGIÃO"
    _letterhead(page, w, body)
    title = f"PORTARIA Nº {w.number}, DE {w.long_date.upper()}"
    page.line(title, 12, True, "centre", gap=6)
    matter = "Designa servidores para comissão de inventário."
    page.paragraph(matter, left=100, gap=6)
    page.paragraph(f"O PRESIDENTE DO {body}, no uso de suas atribuições legais e regimentais,", indent=15)
    page.line("RESOLVE:", bold=True, gap=2)
    for i, text in enumerate(w.sentences(3)):
        page.paragraph(f"Art. {i + 1}º {text}", indent=15)
    _signed(page, w, role="Desembargador Presidente")
    return {"documentType": "portaria", "title": title, "subject": matter.rstrip("."), "author": body, "producedAt": w.iso}


@layout
def ata(page, w):
    body = f"ASSOCIAÇÃO DOS MORADORES DE {w.city.upper()}"
    page.line(body, 13, True, "centre", gap=3)
    title = f"ATA DA {w.rng.randrange(2, 60)}ª REUNIÃO ORDINÁRIA"
    page.line(title, 12, True, "centre", gap=6)
    page.paragraph(f"Aos {w.day} dias do mês de {w.long_date.split(' de ')[1]} do ano de {w.year}, às dezenove horas, reuniram-se na sede da entidade, na {w.address()}, os associados que assinam a lista de presença. " + " ".join(w.sentences(4)) + f" Nada mais havendo a tratar, eu, {w.signer}, secretário, lavrei a presente ata, que vai assinada por mim e pelo presidente.", leading=1.3)
    _signed(page, w, role="Presidente")
    return {"documentType": "ata", "title": title, "author": body, "producedAt": w.iso}


@layout
def procuracao(page, w):
    title = "PROCURAÇÃO"
    page.line(title, 16, True, "centre", gap=12)
    b = cpf(w.rng)
    page.paragraph(f"OUTORGANTE: {w.signer}, brasileira, solteira, CPF nº {b}, residente na {w.address()}.", gap=4)
    page.paragraph(f"OUTORGADO: {w.person()}, advogado, inscrito na OAB/{w.state} sob o nº {digits(w.rng, 5)}.", gap=4)
    page.paragraph("PODERES: pelo presente instrumento, a outorgante nomeia e constitui seu bastante procurador o outorgado, a quem confere amplos poderes para o foro em geral, com a cláusula ad judicia et extra.", gap=8)
    page.line(f"{w.city}, {w.long_date}.")
    _signed(page, w, role="Outorgante")
    return {"documentType": "procuração", "title": title, "author": w.signer, "producedAt": w.iso, "cpf": b}


@layout
def declaracao_empresa(page, w):
    page.face = "sans"
    a = cnpj(w.rng)
    page.line(w.company_name, 14, True)
    page.line(f"CNPJ: {a} - {w.address()}", 8)
    page.rule()
    page.y += 10
    title = "DECLARAÇÃO"
    page.line(title, 16, True, "centre", gap=10)
    b = cpf(w.rng)
    page.paragraph(f"Declaramos, para os devidos fins, que {w.person()}, CPF {b}, presta serviços a esta empresa desde {w.short_date[3:]}, no cargo de {w.role.lower()}.", 12, leading=1.4, gap=6)
    page.line("Por ser verdade, firmamos a presente.", 12, gap=8)
    page.line(f"{w.city}, {w.long_date}", 12, align="right")
    _signed(page, w)
    return {"documentType": "declaração", "title": title, "author": w.company_name, "producedAt": w.iso, "cnpj": a, "cpf": b}


@layout
def declaracao_escola(page, w):
    body = f"ESCOLA ESTADUAL {w.person().upper()}"
    _letterhead(page, w, f"GOVERNO DO ESTADO - {w.state}", body)
    title = "DECLARAÇÃO DE MATRÍCULA"
    page.line(title, 14, True, "centre", gap=10)
    page.paragraph(f"Declaramos que {w.person()} encontra-se regularmente matriculado no {w.rng.randrange(1, 10)}º ano do ensino fundamental, no turno matutino, com frequência superior a setenta e cinco por cento.", 12, indent=15, leading=1.4, gap=8)
    page.line(f"{w.city} - {w.state}, {w.long_date}.", 12, align="centre")
    _signed(page, w, role="Diretora")
    return {"documentType": "declaração", "title": title, "author": body, "producedAt": w.iso}


@layout
def parecer(page, w):
    page.face = "narrow"
    body = f"PROCURADORIA-GERAL DO MUNICÍPIO DE {w.city.upper()}"
    page.line(body, 12, True, "centre", gap=6)
    title = f"PARECER JURÍDICO Nº {w.number}/{w.year}"
    page.line(title, 12, True, gap=2)
    process = w.process()
    page.line(f"PROCESSO: {process}", gap=1)
    page.line(f"INTERESSADO: {w.rng.choice(SECRETARIATS)}", gap=1)
    page.line(f"ASSUNTO: {w.subject}", gap=6)
    page.paragraph(f"EMENTA: Direito Administrativo. {w.subject}. Possibilidade.", left=90, gap=6)
    for text in w.sentences(4):
        page.paragraph(text, indent=15)
    page.line("É o parecer.", left=40)
    page.line(f"{w.city}, {w.long_date}.", align="centre")
    _signed(page, w, role="Procuradora do Município")
    return {"documentType": "parecer", "title": title, "subject": w.subject, "author": body, "producedAt": w.iso, "process": process}


@layout
def boleto(page, w):
    page.face = "sans"
    page.line("Banco do Cerrado S.A.   | 399-7 |   " + " ".join(digits(w.rng, 5) for _ in range(5)), 10, True, gap=2)
    value, text = w.amount(50, 5000)
    a = cnpj(w.rng)
    top = page.y
    page.field(25, top, 115, 9, "Local de pagamento", "Pagável em qualquer banco até o vencimento")
    page.field(140, top, 45, 9, "Vencimento", w.short_date)
    page.field(25, top + 9, 115, 9, "Beneficiário", f"{w.company_name}")
    page.field(140, top + 9, 45, 9, "Nosso número", digits(w.rng, 9))
    page.field(25, top + 18, 115, 9, "CNPJ do beneficiário", a)
    page.field(140, top + 18, 45, 9, "(=) Valor do documento", text)
    page.field(25, top + 27, 160, 9, "Pagador", w.person())
    page.y = top + 42
    page.line("Ficha de Compensação", 8, align="right")
    return {"documentType": "boleto bancário", "author": w.company_name, "cnpj": a, "total": text}


@layout
def edital(page, w):
    body = f"GOVERNO DO ESTADO - SECRETARIA DE CULTURA"
    _letterhead(page, w, body, seal=False)
    title = f"EDITAL Nº {w.number}/{w.year}"
    page.line(title, 14, True, "centre", gap=2)
    page.line(f"PREGÃO ELETRÔNICO", 12, True, "centre", gap=6)
    objective = "Registro de preços para " + w.rng.choice(ITEMS).lower()
    page.paragraph(f"Objeto: {objective}", gap=4)
    for i, text in enumerate(w.sentences(5)):
        page.paragraph(f"{i + 1}.1 {text}")
    page.line(f"{w.city}, {w.long_date}.", align="right")
    _signed(page, w, role="Pregoeira")
    return {"documentType": "edital", "title": title, "subject": objective, "author": body, "producedAt": w.iso}
