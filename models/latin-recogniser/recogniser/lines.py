"""Line images with their texts: one by one, or as shards of many in one file."""

import argparse
import os
import random
import time

import cv2
import numpy as np

from . import degrade
from .alphabet import encode
from .draw import FONT_PIXELS, ink
from .fonts import FontBook, survey
from .texts import Corpus, LineTexts

HEIGHT = 36
MAX_WIDTH = 1400
MIN_STEPS_PER_CHARACTER = 1.15
STRIDE = 4


class Material:
    """Fonts and texts, for training or for evaluation; takes seconds to open."""

    def __init__(self, work, held_out=False):
        self.book = FontBook(survey(f"{work}/root/usr/share/fonts", f"{work}/fonts.json"), held_out)
        self.corpus = Corpus(f"{work}/root", held_out)


class LineSource:
    """An endless source of lines, the same for the same seed."""

    def __init__(self, material, seed):
        self._book = material.book
        self._random = random.Random(seed)
        self._texts = LineTexts(material.corpus, self._random)
        self._rng = np.random.default_rng(seed)
        self._last = None

    def next(self):
        """(grey uint8 array HEIGHT × width, text)"""
        while True:
            text, kind = self._texts.sample()
            fixed = self._random.random() < (0.5 if kind == "receipt" else 0.12)
            face = self._book.choose(self._random, text, fixed)
            one = face and self._draw(face, text)
            if one is not None:
                return one, text

    def _draw(self, face, text):
        try:
            drawn = ink(face, text, self._random)
        except OSError:
            return None
        if drawn is None:
            return None
        image, top, bottom, left, right = drawn
        rng = self._rng
        other, self._last = self._last, image
        image = degrade.surroundings(rng, degrade.strokes(rng, image), top, bottom, other)
        tall = bottom - top
        # A detector's box: a little more than the ink, seldom a little less.
        y0 = int(np.clip(top - tall * rng.normal(0.16, 0.1), 0, top + tall * 0.05))
        y1 = int(np.clip(bottom + tall * rng.normal(0.16, 0.1), bottom - tall * 0.05, image.shape[0]))
        x0 = int(max(0, left - tall * max(-0.02, rng.normal(0.18, 0.15))))
        x1 = int(min(image.shape[1], right + tall * max(-0.02, rng.normal(0.18, 0.15))))
        crop = degrade.bend(rng, image[y0:y1, x0:x1])
        pixels = float(np.clip(np.exp(rng.normal(np.log(26), 0.45)), 9, 70))
        grey = degrade.paper(rng, crop, other)
        page = degrade.scan(rng, grey, pixels, FONT_PIXELS)
        width = max(8, round(page.shape[1] * HEIGHT / page.shape[0]))
        if width > MAX_WIDTH or width / STRIDE < len(text) * MIN_STEPS_PER_CHARACTER:
            return None
        method = cv2.INTER_AREA if page.shape[0] > HEIGHT * 1.5 else cv2.INTER_LINEAR
        return cv2.resize(page, (width, HEIGHT), interpolation=method)


def write_shard(path, source, count):
    """A shard: all images side by side, their widths, their classes and lengths."""
    images, texts = zip(*(source.next() for _ in range(count)))
    classes = [encode(text) for text in texts]
    temporary = f"{path}.part"
    with open(temporary, "wb") as f:
        np.savez(f, pixels=np.concatenate(images, axis=1), widths=np.array([i.shape[1] for i in images], np.int32),
                 classes=np.array([c for line in classes for c in line], np.int16),
                 lengths=np.array([len(c) for c in classes], np.int32))
    os.replace(temporary, path)


def main():
    parser = argparse.ArgumentParser(description="Writes shards of lines, for ever or so many.")
    parser.add_argument("work")
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shards", type=int, default=0, help="0: keep going")
    parser.add_argument("--lines", type=int, default=10000, help="per shard")
    parser.add_argument("--keep", type=int, default=0, help="pause while so many of this seed's shards lie there; 0: never")
    parser.add_argument("--held-out", action="store_true")
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    cv2.setNumThreads(1)
    material = Material(args.work, args.held_out)
    number = 0
    while args.shards == 0 or number < args.shards:
        prefix = f"{'held' if args.held_out else 'train'}-{args.seed}-"
        if args.keep and sum(name.startswith(prefix) for name in os.listdir(args.out)) >= args.keep:
            time.sleep(5)
            continue
        # A seed of its own for each shard: a run that goes on later makes the same shards again.
        source = LineSource(material, args.seed * 1_000_003 + number)
        write_shard(f"{args.out}/{prefix}{number:05}.npz", source, args.lines)
        number += 1


if __name__ == "__main__":
    main()
