"""Draws a text as a detector would crop it from a page: dark on light, 8-bit grey, with its surroundings."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

# All lines are drawn at this size and scaled to the resolution of their page afterwards.
FONT_PIXELS = 44


@lru_cache(maxsize=400)
def _font(path):
    return ImageFont.truetype(path, FONT_PIXELS)


def _advance(font, text):
    return font.getlength(text)


def ink(face, text, rng):
    """
    The text's ink (0 none, 255 full) with a margin of one font size above and below, and its box in it.

    Returns (array, top, bottom, left, right) or None where the face draws nothing.
    """
    font = _font(face["path"])
    space = _advance(font, " ") or FONT_PIXELS * 0.3
    tracking = rng.choice([0, 0, 0, 0, 0, 0, rng.uniform(-0.9, 1.5), rng.uniform(0, 7)])
    gap = space * rng.choice([1, 1, 1, rng.uniform(0.75, 1.3), rng.uniform(1, 3.2)])
    words = text.split(" ")
    width = sum(_advance(font, x) + abs(tracking) * len(x) for x in words) + gap * (len(words) - 1)
    if width > 90 * FONT_PIXELS or width < 2:
        return None
    margin = FONT_PIXELS
    image = Image.new("L", (int(width) + 2 * margin + 8, 3 * FONT_PIXELS), 0)
    pen = ImageDraw.Draw(image)
    x, base = float(margin), 2 * FONT_PIXELS
    for word in words:
        if tracking:
            for c in word:
                pen.text((x, base), c, fill=255, font=font, anchor="ls")
                x += _advance(font, c) + tracking
        else:
            pen.text((x, base), word, fill=255, font=font, anchor="ls")
            x += _advance(font, word)
        x += gap
    drawn = np.asarray(image)
    columns = np.flatnonzero(drawn.max(axis=0) > 60)
    rows = np.flatnonzero(drawn.max(axis=1) > 60)
    if not len(columns):
        return None
    # A detector's box is as high as the line's letters, not as this text's: a dash has a tall box too.
    top = min(rows[0], base - int(FONT_PIXELS * 0.52))
    bottom = max(rows[-1], base)
    return drawn, top, bottom, columns[0], columns[-1]
