"""People, bodies, places, dates, numbers and sentences of Brazilian office documents; all invented."""

FIRST = "Ana Márcia José João Cláudia Antônio Sônia Luís Fábio Conceição Inês Rogério Vânia Tânia Ângela Sérgio Letícia Caio Beatriz Otávio Íris Renato Lúcia Davi Elaine Mauro".split()
LAST = "Silva Souza Araújo Gonçalves Magalhães Brandão Peçanha Conceição Corrêa Leão Guimarães Nóbrega Teixeira Moraes Barbosa Falcão Ximenes Sant'Anna Queirós Patrão Assunção Freitas".split()
CITIES = [("Recife", "PE"), ("São Luís", "MA"), ("Belém", "PA"), ("Uberlândia", "MG"), ("Niterói", "RJ"), ("Maringá", "PR"), ("Florianópolis", "SC"), ("Goiânia", "GO"), ("Ribeirão Preto", "SP"), ("Vitória", "ES"), ("Cuiabá", "MT"), ("João Pessoa", "PB"), ("Brasília", "DF"), ("Poços de Caldas", "MG"), ("Santo André", "SP"), ("Maceió", "AL")]
MONTHS = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()
STREETS = ["Rua das Acácias", "Avenida Getúlio Vargas", "Rua Sete de Setembro", "Praça da República", "Rua Barão do Rio Branco", "Avenida São João", "Travessa da Conceição", "Rua Marechal Deodoro"]
TRADES = ["Comércio de Papéis", "Distribuidora de Alimentos", "Construções e Reformas", "Soluções em Informática", "Transportes", "Serviços Médicos", "Móveis e Decorações", "Autopeças", "Engenharia", "Confecções", "Laticínios", "Materiais Elétricos"]
ENDS = ["Ltda.", "S.A.", "EIRELI", "Ltda. - ME", "S/A", "EPP"]
SUBJECTS = ["Solicitação de reparo na iluminação pública", "Encaminhamento de documentos", "Prorrogação de prazo contratual", "Pedido de informações sobre licitação", "Convite para reunião de trabalho", "Indicação de servidor para comissão", "Prestação de contas do exercício anterior", "Manutenção dos equipamentos de refrigeração", "Autorização para uso de espaço público", "Reposição de materiais de escritório", "Matrícula de alunos na rede municipal", "Regularização cadastral de imóvel"]
ROLES = ["Secretário Municipal", "Diretora Administrativa", "Coordenador de Compras", "Chefe de Gabinete", "Presidente", "Gerente Financeiro", "Procuradora-Geral", "Superintendente"]
SECRETARIATS = ["Secretaria Municipal de Educação", "Secretaria Municipal de Saúde", "Secretaria de Administração", "Secretaria da Fazenda", "Secretaria de Obras e Serviços Públicos"]
SENTENCES = [
    "Cumprimentando-o cordialmente, vimos por meio deste solicitar a Vossa Senhoria a adoção das providências necessárias ao atendimento da demanda acima indicada.",
    "Informamos que a documentação exigida foi conferida pela comissão e encontra-se arquivada nesta unidade, à disposição para consulta.",
    "Ressaltamos que o prazo para manifestação é de quinze dias úteis, contados do recebimento deste expediente.",
    "Na oportunidade, renovamos protestos de elevada estima e distinta consideração.",
    "Os serviços serão executados conforme o cronograma aprovado, sem prejuízo das demais obrigações assumidas pelas partes.",
    "Eventuais dúvidas poderão ser esclarecidas no setor de protocolo, de segunda a sexta-feira, das oito às dezessete horas.",
    "A presente despesa correrá à conta de dotação orçamentária própria, consignada no orçamento vigente.",
    "Fica ratificado o teor das comunicações anteriores, naquilo que não contrariar o disposto neste documento.",
    "O não cumprimento das condições estabelecidas implicará a rescisão, independentemente de interpelação judicial.",
]
ITEMS = ["Papel sulfite A4 75 g", "Caneta esferográfica azul", "Toner preto", "Cadeira giratória", "Lâmpada LED 9 W", "Café torrado e moído 500 g", "Detergente neutro", "Cabo de rede 5 m", "Pasta suspensa", "Água mineral 20 l", "Feijão carioca 1 kg", "Arroz branco 5 kg"]


def digits(rng, n):
    return "".join(rng.choice("0123456789") for _ in range(n))


def _check(numbers, weights):
    rest = sum(a * b for a, b in zip(numbers, weights)) % 11
    return 0 if rest < 2 else 11 - rest


def cpf(rng):
    d = [rng.randrange(10) for _ in range(9)]
    d.append(_check(d, range(10, 1, -1)))
    d.append(_check(d, range(11, 1, -1)))
    s = "".join(map(str, d))
    return f"{s[:3]}.{s[3:6]}.{s[6:9]}-{s[9:]}"


def cnpj(rng):
    d = [rng.randrange(10) for _ in range(8)] + [0, 0, 0, 1]
    d.append(_check(d, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]))
    d.append(_check(d, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]))
    s = "".join(map(str, d))
    return f"{s[:2]}.{s[2:5]}.{s[5:8]}/{s[8:12]}-{s[12:]}"


class World:
    """What one document is about."""

    def __init__(self, rng):
        self.rng = rng
        self.city, self.state = rng.choice(CITIES)
        self.year, self.month, self.day = rng.randrange(1998, 2027), rng.randrange(1, 13), rng.randrange(1, 29)
        self.signer, self.role = self.person(), rng.choice(ROLES)
        self.subject = rng.choice(SUBJECTS)
        self.number = rng.randrange(1, 900)
        self.company_name = self.company()

    def person(self):
        return f"{self.rng.choice(FIRST)} {self.rng.choice(LAST)} {self.rng.choice(['', 'de ', 'da ', 'dos '])}{self.rng.choice(LAST)}"

    def company(self):
        return f"{self.rng.choice(LAST)} {self.rng.choice(['', '& Filhos '])}{self.rng.choice(TRADES)} {self.rng.choice(ENDS)}"

    @property
    def iso(self):
        return f"{self.year}-{self.month:02}-{self.day:02}"

    @property
    def long_date(self):
        return f"{self.day} de {MONTHS[self.month - 1]} de {self.year}"

    @property
    def short_date(self):
        return f"{self.day:02}/{self.month:02}/{self.year}"

    def address(self):
        return f"{self.rng.choice(STREETS)}, {self.rng.randrange(10, 2500)} - Centro - {self.city}/{self.state}"

    def sentences(self, n):
        return self.rng.sample(SENTENCES, n)

    def amount(self, low=10, high=20000):
        value = round(self.rng.uniform(low, high), 2)
        return value, money(value)

    def process(self):
        r = self.rng
        return r.choice([
            f"{digits(r, 5)}.{digits(r, 6)}/{self.year}-{digits(r, 2)}",
            f"{digits(r, 7)}-{digits(r, 2)}.{self.year}.8.{digits(r, 2)}.{digits(r, 4)}",
            f"{r.randrange(100, 9999)}/{self.year}",
        ])


def money(value):
    return f"{value:,.2f}".replace(",", "\0").replace(".", ",").replace("\0", ".")
