"""Characters that the recogniser prints. Class 0 is the CTC blank, class i + 1 is CHARACTERS[i]."""

import unicodedata

_ASCII = "".join(chr(c) for c in range(0x20, 0x7F))
_SIGNS = "¡¢£¥§©ª«®°±²³´µ¶·¹º»¼½¾¿×÷"
_LETTERS = (
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝ"
    "ßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŸŽž"
)
_PUNCTUATION = "–—‘’“”„†•‰‹›€™"

CHARACTERS = _ASCII + _SIGNS + _LETTERS + _PUNCTUATION
CLASSES = len(CHARACTERS) + 1
_CLASS_OF = {c: i + 1 for i, c in enumerate(CHARACTERS)}

# Looks alike in print: one spelling, so that the network is not asked to guess.
_SAME = str.maketrans({
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u200b": "", "\u00ad": "-",
    "\u2010": "-", "\u2011": "-", "\u2012": "–", "\u2212": "–", "\u2015": "—",
    "\u201a": ",", "\u2039": "‹", "\u203a": "›", "\u2026": "...", "\u2032": "'", "\u2033": '"',
    "\ufb01": "fi", "\ufb02": "fl", "\u0131": "i",
})


def normalised(text):
    """The text as the recogniser would print it, with single blanks; None where a character is missing."""
    text = unicodedata.normalize("NFC", text).translate(_SAME)
    text = " ".join(text.split())
    return text if text and all(c in _CLASS_OF for c in text) else None


def encode(text):
    """Classes of a normalised text."""
    return [_CLASS_OF[c] for c in text]


def greedy(classes):
    """Text of the best class per step: repeats merged, blanks dropped."""
    out, previous = [], 0
    for c in classes:
        if c != previous and c != 0:
            out.append(CHARACTERS[c - 1])
        previous = c
    return "".join(out).strip()
