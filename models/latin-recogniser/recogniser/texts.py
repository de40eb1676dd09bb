"""Text of one printed line: running text of six languages, names, addresses, numbers, receipts, headings, codes."""

import glob
import os
from html.parser import HTMLParser

from . import words as w
from .alphabet import CHARACTERS, normalised

LANGUAGES = {"pt": 0.5, "es": 0.14, "en": 0.18, "de": 0.06, "fr": 0.06, "it": 0.06}
_HANDBOOK = {"pt": "pt-BR", "es": "es-ES", "en": "en-US", "de": "de-DE", "fr": "fr-FR", "it": "it-IT"}
_REFERENCE = {"pt": "pt", "es": "es", "en": "en", "de": "de", "fr": "fr", "it": "it"}
_ACCENTED = {"pt": "ãõçáéíóúâêôà", "es": "áéíóúñü", "en": "", "de": "äöüß", "fr": "éèêàçùîô", "it": "àèéìòù"}


class _Paragraphs(HTMLParser):
    """Text of paragraphs, headings and list items; code is left out."""

    KEPT = {"p", "h1", "h2", "h3", "h4", "li", "dt", "dd", "td"}
    DROPPED = {"pre", "code", "script", "style", "title"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self._open, self._dropped = [], [], 0

    def handle_starttag(self, tag, attrs):
        if tag in self.DROPPED:
            self._dropped += 1
        elif tag in self.KEPT:
            self._flush()

    def handle_endtag(self, tag):
        if tag in self.DROPPED:
            self._dropped = max(0, self._dropped - 1)
        elif tag in self.KEPT:
            self._flush()

    def handle_data(self, data):
        if not self._dropped:
            self._open.append(data)

    def _flush(self):
        text = " ".join("".join(self._open).split())
        self._open.clear()
        if len(text) > 30:
            self.found.append(text)


def _paragraphs(root, language):
    pages = sorted(glob.glob(f"{root}/usr/share/doc/debian-handbook/html/{_HANDBOOK[language]}/*.html"))
    pages += sorted(glob.glob(f"{root}/usr/share/debian-reference/*.{_REFERENCE[language]}.html"))
    seen = set()
    for page in pages:
        parser = _Paragraphs()
        with open(page, encoding="utf-8", errors="replace") as f:
            parser.feed(f.read())
        for text in parser.found:
            if text not in seen and _is_in(language, text):
                seen.add(text)
                yield text


def _is_in(language, text):
    """Untranslated paragraphs have none of the language's letters."""
    letters = _ACCENTED[language]
    return not letters or sum(text.lower().count(c) for c in letters) * 60 > len(text)


class Corpus:
    """Running text and words by language; the tenth paragraph of each ten is kept for evaluation."""

    def __init__(self, root, held_out):
        from wordfreq import top_n_list

        self.text, self.common, self.dictionary = {}, {}, {}
        files = {"pt": ["brazilian", "portuguese"], "es": ["spanish"], "en": ["american-english"],
                 "de": ["ngerman"], "fr": ["french"], "it": ["italian"]}
        for language in LANGUAGES:
            paragraphs = [p for i, p in enumerate(_paragraphs(root, language)) if (i % 10 == 9) == held_out]
            self.text[language] = " ".join(p for p in map(normalised, paragraphs) if p)
            rank = 1 if held_out else 0
            self.common[language] = [x for i, x in enumerate(top_n_list(language, 30000))
                                     if normalised(x) == x and (i < 300 or (i % 10 == 9) == bool(rank))]
            listed = []
            for name in files[language]:
                path = f"{root}/usr/share/dict/{name}"
                if os.path.exists(path):
                    with open(path, encoding="utf-8", errors="replace") as f:
                        listed += [x.strip() for x in f]
            self.dictionary[language] = [x for i, x in enumerate(listed)
                                         if x and (i % 10 == 9) == held_out and normalised(x) == x]


def _digits(rng, n):
    return "".join(rng.choice("0123456789") for _ in range(n))


def _check(numbers, weights):
    rest = sum(a * b for a, b in zip(numbers, weights)) % 11
    return 0 if rest < 2 else 11 - rest


def cpf(rng):
    d = [rng.randrange(10) for _ in range(9)]
    d.append(_check(d, range(10, 1, -1)))
    d.append(_check(d, range(11, 1, -1)))
    s = "".join(map(str, d))
    return f"{s[:3]}.{s[3:6]}.{s[6:9]}-{s[9:]}" if rng.random() < 0.85 else s


def cnpj(rng):
    d = [rng.randrange(10) for _ in range(8)] + [0, 0, 0, rng.choice([1, 1, 1, 2, 3])]
    d.append(_check(d, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]))
    d.append(_check(d, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]))
    s = "".join(map(str, d))
    return f"{s[:2]}.{s[2:5]}.{s[5:8]}/{s[8:12]}-{s[12:]}" if rng.random() < 0.9 else s


class LineTexts:
    """Draws texts; everything random comes from the `rng` given."""

    def __init__(self, corpus, rng):
        self.corpus, self.rng = corpus, rng
        self.kinds = [
            (self.running, 30), (self.frequent, 12), (self.dictionary, 8), (self.short, 10), (self.labelled, 9),
            (self.receipt, 9), (self.heading, 5), (self.person, 4), (self.address, 4), (self.number, 6),
            (self.legal, 4), (self.code, 3), (self.contact, 2), (self.signs, 3),
        ]

    def sample(self):
        """A normalised text of 1–100 characters and the name of its kind."""
        while True:
            kind = self.rng.choices([k for k, _ in self.kinds], [x for _, x in self.kinds])[0]
            text = self._cased(kind())
            text = normalised(text)
            if text and len(text) <= 100:
                return text, kind.__name__

    def _cased(self, text):
        r = self.rng.random()
        if r < 0.16:
            return text.upper() if "ß" not in text else text
        if r < 0.19:
            return text.title()
        if r < 0.21:
            return text.lower()
        return text

    def _language(self):
        return self.rng.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]

    def running(self):
        """A line cut out of running text at blanks, sometimes hyphenated at its end."""
        text = self.corpus.text[self._language()]
        length = int(self.rng.triangular(8, 96, 60))
        at = self.rng.randrange(max(1, len(text) - 200))
        at = text.find(" ", at) + 1
        end = text.rfind(" ", at, at + length)
        line = text[at:end if end > at else at + length]
        if self.rng.random() < 0.08:
            rest = text[end + 1:].split(" ", 1)[0]
            if len(rest) > 5 and rest.isalpha():
                line += " " + rest[:self.rng.randrange(2, len(rest) - 2)] + "-"
        return line

    def frequent(self):
        """Words of a language by frequency: every word of the language gets its turn."""
        language = self._language()
        words = self.corpus.common[language]
        n = self.rng.randrange(1, 12)
        chosen = [words[int(len(words) * self.rng.random() ** 2.2)] for _ in range(n)]
        return self._punctuated(chosen)

    def dictionary(self):
        words = self.corpus.dictionary[self._language()]
        return self._punctuated([self.rng.choice(words) for _ in range(self.rng.randrange(1, 7))])

    def _punctuated(self, chosen):
        out = []
        for i, word in enumerate(chosen):
            r = self.rng.random()
            if i == 0 and r < 0.6:
                word = word[:1].upper() + word[1:]
            if r < 0.07:
                word += self.rng.choice([",", ",", ".", ";", ":", "?", "!", "..."])
            elif r < 0.09:
                a, b = self.rng.choice(['""', "()", "''", "[]", "“”", "«»", "‘’"])
                word = a + word + b
            elif r < 0.10:
                word += self.rng.choice(["-", "/", " - ", " – ", " — ", "–"]) + self.rng.choice(chosen)
            elif r < 0.13:
                word = self.amount()
            out.append(word)
        return " ".join(out) + self.rng.choice(["", "", "", ".", ",", ":", ";"])

    def short(self):
        rng = self.rng
        r = rng.random()
        if r < 0.45:
            word = rng.choice(self.corpus.common[self._language()])
            return rng.choice([word, word.capitalize(), word + rng.choice(".,:;)?!")])
        if r < 0.6:
            return rng.choice(w.LABELS) + rng.choice(["", ":", "", "."])
        if r < 0.8:
            return self.number()
        return rng.choice([rng.choice(CHARACTERS[1:95]), _digits(rng, rng.randrange(1, 4)), rng.choice(w.UNITS),
                           f"{rng.randrange(1, 40)}.", f"({rng.choice('abcdefghi')})", f"{rng.choice('abcdef')})",
                           rng.choice(["e", "o", "a", "de", "da", "É", "À", "nº", "Nº", "R$", "§", "–", "I", "II", "IV", "XII"])])

    def amount(self):
        rng = self.rng
        value = round(10 ** rng.uniform(-0.5, 6), 2)
        br = f"{value:,.2f}".replace(",", "\0").replace(".", ",").replace("\0", ".")
        us = f"{value:,.2f}"
        return rng.choice([br, br, br, f"R$ {br}", f"R${br}", us, us.replace(",", ""), f"$ {us}", f"${us}", f"RM{us}",
                           f"€ {br}", f"{br} €", f"US$ {us}", f"({br})", f"-{br}", f"{br}-", f"*{br}", f"£{us}", f"{int(value)}"])

    def date(self):
        rng = self.rng
        d, m, y = rng.randrange(1, 29), rng.randrange(1, 13), rng.randrange(1950, 2031)
        return rng.choice([
            f"{d:02}/{m:02}/{y}", f"{d:02}/{m:02}/{y}", f"{d:02}/{m:02}/{y % 100:02}", f"{d:02}-{m:02}-{y}", f"{d:02}.{m:02}.{y}",
            f"{y}-{m:02}-{d:02}", f"{d} de {w.MONTHS[m - 1]} de {y}", f"{d}º de {w.MONTHS[m - 1]} de {y}",
            f"{d} de {w.MONTHS_ES[m - 1]} de {y}", f"{w.MONTHS_EN[m - 1]} {d}, {y}", f"{d} {w.MONTHS_EN[m - 1][:3]} {y}",
            f"{w.MONTHS[m - 1][:3].upper()}/{y}", f"{d:02}{w.MONTHS_EN[m - 1][:3].upper()}{y % 100:02}",
        ]) + rng.choice(["", "", "", f" {rng.randrange(24):02}:{rng.randrange(60):02}", f" {rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}", f" às {rng.randrange(24):02}h{rng.randrange(60):02}"])

    def number(self):
        rng = self.rng
        return rng.choice([
            self.amount, self.amount, self.date, self.date, lambda: cpf(rng), lambda: cnpj(rng),
            lambda: f"{_digits(rng, 5)}-{_digits(rng, 3)}", lambda: f"({_digits(rng, 2)}) {_digits(rng, 4)}-{_digits(rng, 4)}",
            lambda: f"({_digits(rng, 2)}) 9{_digits(rng, 4)}-{_digits(rng, 4)}", lambda: f"+55 {_digits(rng, 2)} {_digits(rng, 5)}-{_digits(rng, 4)}",
            lambda: f"{_digits(rng, 7)}-{_digits(rng, 2)}.{rng.randrange(1990, 2027)}.{rng.randrange(1, 10)}.{_digits(rng, 2)}.{_digits(rng, 4)}",
            lambda: f"{_digits(rng, 5)}.{_digits(rng, 6)}/{rng.randrange(1990, 2027)}-{_digits(rng, 2)}",
            lambda: " ".join(_digits(rng, 4) for _ in range(11)), lambda: _digits(rng, rng.randrange(1, 15)),
            lambda: f"{rng.randrange(100)},{_digits(rng, rng.choice([1, 2]))}%", lambda: f"{rng.randrange(24):02}:{rng.randrange(60):02}",
            lambda: f"{_digits(rng, 2)}.{_digits(rng, 3)}.{_digits(rng, 3)}-{rng.choice('0123456789Xx')}", lambda: f"{_digits(rng, 3)}.{_digits(rng, 3)}",
            lambda: f"{rng.randrange(1, 200)}{rng.choice('ºªº°')}", lambda: f"{rng.uniform(0, 999):.{rng.randrange(1, 5)}f}",
            lambda: f"{rng.randrange(1, 999)} {rng.choice(['km', 'kg', 'cm', 'mm', 'm²', 'm³', 'ml', 'h', 'min', '°C', 'MB', 'GB', 'x', '%'])}",
        ])()

    def labelled(self):
        rng = self.rng
        value = rng.choice([self.number, self.number, self.person, self.address, self.short, self.company])()
        return rng.choice(w.LABELS) + rng.choice([": ", ": ", ":", " ", " : ", "....: ", " - ", "......"]) + value

    def receipt(self):
        rng = self.rng
        price = rng.uniform(0.5, 300)
        n = rng.choice([1, 1, 1, 2, 3, 10, rng.uniform(0.1, 5)])
        comma = rng.random() < 0.7
        f = lambda v, k=2: f"{v:.{k}f}".replace(".", ",") if comma else f"{v:.{k}f}"
        quantity = f(n, 3) if isinstance(n, float) else str(n)
        product, unit = rng.choice(w.PRODUCTS), rng.choice(w.UNITS)
        return rng.choice([
            f"{rng.randrange(1, 99):03} {_digits(rng, 13)} {product}", f"{product} {f(price)}", f"{quantity} {unit} x {f(price)} {f(price * n)}",
            f"{quantity}{unit} X {f(price)} F{_digits(rng, 1)} {f(price * n)}", f"{quantity} {product} {f(price * n)}", f"{product} {quantity} {f(price)} {f(price * n)} SR",
            f"TOTAL R$ {f(price * n)}", f"SUBTOTAL {f(price)}", f"TROCO {f(price)}", f"DINHEIRO {f(price)}", "-" * rng.randrange(3, 40), "=" * rng.randrange(3, 40), "*" * rng.randrange(3, 12),
            f"COO:{_digits(rng, 6)} CCF:{_digits(rng, 6)}", f"NFC-e nº {_digits(rng, 6)} Série {_digits(rng, 3)}", f"Op.: {rng.choice(w.FIRST)} Cx: {_digits(rng, 2)}",
            f"GST 6% {f(price)}", f"CASH {f(price)} CHANGE {f(price / 3)}", f"*** {rng.choice(['OBRIGADO', 'VOLTE SEMPRE', 'THANK YOU', 'GRACIAS POR SU COMPRA'])} ***",
        ])

    def person(self):
        rng = self.rng
        names = [rng.choice(w.FIRST) for _ in range(rng.choice([1, 1, 2]))] + [rng.choice(w.LAST) for _ in range(rng.choice([1, 1, 2, 3]))]
        title = rng.choice(["", "", "", "Sr. ", "Sra. ", "Dr. ", "Dra. ", "Prof.ª ", "Exmo. Sr. ", "Ilma. Sra. ", "Min. ", "Sr(a). ", "Mr. ", "D. "])
        return title + " ".join(names)

    def company(self):
        rng = self.rng
        return f"{rng.choice(w.COMPANY)} {rng.choice(['', 'de ', 'e '])}{rng.choice(w.COMPANY + w.LAST)} {rng.choice(w.COMPANY_END)}"

    def address(self):
        rng = self.rng
        place, state = rng.choice(w.PLACES)
        parts = [f"{rng.choice(w.STREETS)} {rng.choice(w.STREET_NAMES)}", rng.choice([f"nº {rng.randrange(1, 4000)}", f"{rng.randrange(1, 4000)}", "s/nº", "S/N"])]
        if rng.random() < 0.4:
            parts.append(rng.choice([f"apto. {_digits(rng, 2)}", f"sala {_digits(rng, 3)}", f"bloco {rng.choice('ABC')}", "Centro", "Jd. América", "Vila Nova", "Fundos"]))
        end = rng.choice([f" - {place}/{state}", f", {place} - {state}", f" - {place} – {state}", ""])
        zip_code = rng.choice(["", f" - CEP {_digits(rng, 5)}-{_digits(rng, 3)}", f" CEP: {_digits(rng, 2)}.{_digits(rng, 3)}-{_digits(rng, 3)}"])
        return rng.choice([", ".join(parts) + end + zip_code, ", ".join(parts), f"{place}{end and '/' + state}{zip_code}", f"{place}, {self.date()}."])

    def heading(self):
        rng = self.rng
        return rng.choice([
            lambda: rng.choice(w.TITLES), lambda: f"{rng.choice(w.TITLES)} Nº {rng.randrange(1, 3000)}/{rng.randrange(1980, 2031)}",
            lambda: f"{rng.choice(w.TITLES)} Nº {_digits(rng, 3)}, DE {rng.randrange(1, 29)} DE {rng.choice(w.MONTHS).upper()} DE {rng.randrange(1980, 2031)}",
            lambda: f"{rng.choice('IVX')}{rng.choice(['', 'I', 'II', 'V'])} – {rng.choice(self.corpus.common['pt']).upper()}", self.company, lambda: self.company().upper(),
            lambda: f"CAPÍTULO {rng.choice(['I', 'II', 'III', 'IV', 'V', 'VI', 'IX', 'X', 'XI'])}", lambda: f"CLÁUSULA {rng.choice(['PRIMEIRA', 'SEGUNDA', 'TERCEIRA', 'QUARTA', 'QUINTA', 'SÉTIMA', 'DÉCIMA'])}",
            lambda: f"{rng.randrange(1, 20)}.{rng.randrange(1, 9)} {rng.choice(self.corpus.common[self._language()]).capitalize()} {rng.choice(self.corpus.common['pt'])}",
        ])()

    def legal(self):
        rng = self.rng
        n = lambda: f"{rng.randrange(1, 20000):,}".replace(",", ".")
        return rng.choice([
            f"Art. {rng.randrange(1, 300)}{rng.choice(['º', '', '.'])} ", f"§ {rng.randrange(1, 9)}º ", f"{rng.choice(['I', 'II', 'III', 'IV', 'VII'])} - ", f"nos termos da Lei nº {n()}/{rng.randrange(1980, 2030)}, ",
            f"do Decreto nº {n()}, de {self.date()}, ", f"art. {rng.randrange(1, 300)}, § {rng.randrange(1, 9)}º, inciso {rng.choice(['I', 'II', 'V', 'XI'])}, da CF/{rng.randrange(1988, 1989)}; ", "Parágrafo único. ", f"Matrícula nº {n()}, ",
        ]) + self.running()[:50]

    def code(self):
        rng = self.rng
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        return rng.choice([
            lambda: "".join(rng.choice(letters) for _ in range(3)) + "-" + _digits(rng, 4), lambda: "".join(rng.choice(letters) for _ in range(3)) + _digits(rng, 1) + rng.choice(letters) + _digits(rng, 2),
            lambda: "".join(rng.choice(letters + "0123456789") for _ in range(rng.randrange(4, 20))), lambda: "".join(rng.choice("0123456789abcdef") for _ in range(rng.choice([8, 16, 32, 40]))),
            lambda: f"{rng.choice(letters)}{rng.choice(letters)}-{_digits(rng, 6)}/{_digits(rng, 2)}", lambda: f"ISBN {_digits(rng, 3)}-{_digits(rng, 2)}-{_digits(rng, 4)}-{_digits(rng, 3)}-{_digits(rng, 1)}",
            lambda: f"Rev. {_digits(rng, 2)} - FOR-{_digits(rng, 3)}", lambda: "".join(rng.choice(CHARACTERS[1:95]) for _ in range(rng.randrange(2, 14))),
        ])()

    def contact(self):
        rng = self.rng
        plain = lambda s: "".join(c for c in s.lower() if c in "abcdefghijklmnopqrstuvwxyz") or "contato"
        host = f"{plain(rng.choice(w.COMPANY + w.LAST))}{rng.choice(['.com.br', '.gov.br', '.com', '.org', '.sp.gov.br', '.edu.br', '.es', '.net', '.jus.br'])}"
        return rng.choice([f"{plain(rng.choice(w.FIRST))}{rng.choice(['.', '_', ''])}{plain(rng.choice(w.LAST))}@{host}", f"www.{host}", f"https://www.{host}/{plain(rng.choice(self.corpus.common['pt']))}", f"{host}/{_digits(rng, 3)}"])

    def signs(self):
        """Characters that running text rarely has."""
        rng = self.rng
        rare = CHARACTERS[95:]
        out = [rng.choice(self.corpus.common[self._language()]) for _ in range(rng.randrange(1, 5))]
        for _ in range(rng.randrange(1, 4)):
            i = rng.randrange(len(out))
            out[i] = rng.choice([out[i] + rng.choice(rare), rng.choice(rare) + out[i], out[i] + " " + rng.choice(rare), "".join(rng.choice(rare) for _ in range(3))])
        return " ".join(out)
