"""Which font files draw which text: coverage, kind and weight of each, and the families kept for evaluation."""

import json
import os
from collections import defaultdict

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from .alphabet import CHARACTERS

NEEDED = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;-/()áéíóúâêôãõçàÁÉÍÓÚÂÊÔÃÕÇ")

# Never drawn in training: what the model makes of unknown faces is measured on them.
HELD_OUT = (
    "vollkorn", "cabin", "courier prime", "gentium", "pt serif", "pt sans", "clear sans",
    "jetbrains mono", "prociono", "national park", "gfs artemisia", "oldstandard", "old standard",
    "libris adf", "tuffy",
)

# What offices, publishers and printers really use, and faces drawn to their metrics.
COMMON = (
    "liberation", "carlito", "caladea", "arimo", "tinos", "cousine", "tex gyre", "texgyre", "nimbus",
    "dejavu", "roboto", "open sans", "lato", "noto sans", "noto serif", "latin modern", "lm roman",
    "lm sans", "lm mono", "linux libertine", "linux biolinum", "eb garamond", "free", "c059", "p052",
    "urw", "inter", "computer modern", "cmu", "stix",
)

_UNFIT = ("symbol", "dingbat", "d050000l", "math", "emoji", "icon", "keyboard", "braille", "music", "calligraf",
          "caps", "smcp", "unicase", "titling", "bebas", "initials", "outline", "shadow", "cabinsketch")


def _describe(path):
    try:
        font = TTFont(path, lazy=True, fontNumber=0)
        cmap = font.getBestCmap() or {}
        covered = "".join(c for c in CHARACTERS if ord(c) in cmap or c == " ")
        if not NEEDED <= set(covered):
            return None
        if cmap[ord("a")] == cmap[ord("A")]:
            return None
        names = font["name"]
        family = names.getDebugName(16) or names.getDebugName(1) or os.path.basename(path)
        style = names.getDebugName(17) or names.getDebugName(2) or ""
        if any(word in (family + " " + style).lower() for word in _UNFIT):
            return None
        fixed = bool(font["post"].isFixedPitch) if "post" in font else False
        width = font["OS/2"].usWidthClass if "OS/2" in font else 5
        return {"path": path, "family": family, "style": style, "fixed": fixed, "width": width, "covers": covered}
    except (TTLibError, OSError, KeyError, AttributeError, AssertionError, UnicodeDecodeError, ValueError):
        return None


def survey(folder, cache):
    """All usable fonts below a folder; read once, then from the cache file."""
    if os.path.exists(cache):
        with open(cache, encoding="utf-8") as f:
            return json.load(f)
    found = []
    for base, _, files in sorted(os.walk(folder)):
        for name in sorted(files):
            if name.lower().endswith((".ttf", ".otf")):
                one = _describe(os.path.join(base, name))
                if one:
                    found.append(one)
    with open(cache, "w", encoding="utf-8") as f:
        json.dump(found, f, ensure_ascii=False)
    return found


def _is(one, words):
    return any(word in one["family"].lower() for word in words)


class FontBook:
    """Draws a font for a text: a family first, then a face of it, so that large families do not rule."""

    def __init__(self, fonts, held_out):
        self._families = defaultdict(list)
        for one in fonts:
            if _is(one, HELD_OUT) == held_out:
                self._families[one["family"]].append(dict(one, covers=set(one["covers"])))
        self._names = sorted(self._families)
        self._weights = [4.0 if _is(self._families[n][0], COMMON) else 1.0 for n in self._names]
        self._fixed = [n for n in self._names if self._families[n][0]["fixed"]]

    def __len__(self):
        return len(self._names)

    def choose(self, rng, text, fixed):
        """A face that has all characters of the text; `fixed` asks for a typewriter or receipt face."""
        wanted = set(text)
        for _ in range(30):
            if fixed:
                family = rng.choice(self._fixed)
            else:
                family = rng.choices(self._names, self._weights)[0]
            face = rng.choice(self._families[family])
            if wanted <= face["covers"]:
                return face
        return None
