"""
Renders invented Brazilian office documents with their truth, as `./marmita evaluate` reads them:
img/NAME.jpg, truth/NAME.json (lines with boxes, fields).

usage: generate.py OUT [--fonts /usr/share/fonts] [--per-layout 8] [--seed 1] [--layouts layouts]
"""

import argparse
import importlib
import io
import json
import os
import random

from PIL import Image, ImageFilter

from content import World
from page import DPI, Fonts, Page


def scanned(rng, image):
    """Paper grey, a little skew, blur, noise and JPEG; boxes stay where they were within a few pixels."""
    image = image.rotate(rng.uniform(-0.35, 0.35), Image.BICUBIC, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.9)))
    low, high = rng.randrange(0, 60), rng.randrange(215, 256)
    image = image.point(lambda v: low + v * (high - low) // 255)
    noise = Image.effect_noise(image.size, rng.uniform(3, 14))
    image = Image.blend(image, noise, 0.06)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=rng.randrange(55, 90), dpi=(DPI, DPI))
    return data.getvalue()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--fonts", default="/usr/share/fonts")
    parser.add_argument("--per-layout", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--layouts", default="layouts", help="module that holds LAYOUTS")
    args = parser.parse_args()
    fonts = Fonts(args.fonts)
    layouts = importlib.import_module(args.layouts).LAYOUTS
    for folder in ("img", "truth"):
        os.makedirs(f"{args.out}/{folder}", exist_ok=True)
    for name, draw in layouts.items():
        for i in range(args.per_layout):
            rng = random.Random(f"{args.seed}/{name}/{i}")
            page, world = Page(fonts), World(rng)
            fields = draw(page, world)
            key = f"{name}-{i:02}"
            with open(f"{args.out}/img/{key}.jpg", "wb") as f:
                f.write(scanned(rng, page.image))
            truth = {"id": key, "image": f"img/{key}.jpg", "width": page.image.width, "height": page.image.height, "lines": page.lines, "fields": fields}
            with open(f"{args.out}/truth/{key}.json", "w", encoding="utf-8") as f:
                json.dump(truth, f, ensure_ascii=False, indent=1)
    print(f"{len(layouts) * args.per_layout} documents of {len(layouts)} layouts in {args.out}")


if __name__ == "__main__":
    main()
