"""A page that remembers what was written on it: lines with their boxes."""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

DPI = 200
MM = DPI / 25.4
A4 = (round(210 * MM), round(297 * MM))

FACES = {
    "serif": ("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf"),
    "sans": ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    "mono": ("LiberationMono-Regular.ttf", "LiberationMono-Bold.ttf"),
    "narrow": ("DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"),
}


class Fonts:
    """Finds the faces below a folder."""

    def __init__(self, folder):
        import os

        self._paths = {}
        for base, _, files in sorted(os.walk(folder)):
            for name in files:
                self._paths.setdefault(name, os.path.join(base, name))
        missing = [n for pair in FACES.values() for n in pair if n not in self._paths]
        if missing:
            raise SystemExit(f"fonts missing below {folder}: {', '.join(missing)} (Debian: fonts-liberation, fonts-dejavu)")

    @lru_cache(maxsize=64)
    def get(self, face, bold, points):
        return ImageFont.truetype(self._paths[FACES[face][bold]], round(points * DPI / 72))


class Page:
    """Millimetres from the top left corner; text is placed by its top."""

    def __init__(self, fonts, face="serif", size=A4):
        self.image = Image.new("L", size, 255)
        self.pen = ImageDraw.Draw(self.image)
        self.fonts, self.face, self.lines = fonts, face, []
        self.width = size[0] / MM
        self.y = 20.0

    def width_of(self, text, points=11, bold=False, face=None):
        return self.fonts.get(face or self.face, bold, points).getlength(text) / MM

    def text(self, x, y, text, points=11, bold=False, align="left", face=None):
        """One line; `x` is its left end, middle or right end."""
        font = self.fonts.get(face or self.face, bold, points)
        length = font.getlength(text)
        left = x * MM - {"left": 0, "centre": length / 2, "right": length}[align]
        box = self.pen.textbbox((left, y * MM), text, font=font)
        self.pen.text((left, y * MM), text, fill=0, font=font)
        x0, y0, x1, y1 = (round(v) for v in box)
        self.lines.append({"text": text, "box": [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]})
        return points * 25.4 / 72 * 1.25

    def line(self, text, points=11, bold=False, align="left", left=25, right=25, gap=0.0, face=None):
        """A line below the last one."""
        x = {"left": left, "centre": self.width / 2, "right": self.width - right}[align]
        self.y += self.text(x, self.y, text, points, bold, align, face) + gap

    def wrapped(self, text, width, points=11, bold=False, face=None):
        rows, row = [], ""
        for word in text.split():
            longer = f"{row} {word}".strip()
            if row and self.width_of(longer, points, bold, face) > width:
                rows.append(row)
                row = word
            else:
                row = longer
        return rows + [row] if row else rows

    def paragraph(self, text, points=11, left=25, right=25, indent=0, gap=2.0, bold=False, leading=1.0):
        """Running text; the first line is indented."""
        width = self.width - left - right
        first = True
        rest = text
        while rest:
            room = width - (indent if first else 0)
            row = self.wrapped(rest, room, points, bold)[0]
            self.y += self.text(left + (indent if first else 0), self.y, row, points, bold) * leading
            rest = rest[len(row):].strip() if rest.startswith(row) else " ".join(rest.split())[len(row):].strip()
            first = False
        self.y += gap

    def rule(self, left=25, right=25, thick=2):
        self.pen.line([(left * MM, self.y * MM), ((self.width - right) * MM, self.y * MM)], fill=0, width=thick)
        self.y += 2

    def box(self, x, y, w, h, thick=2):
        self.pen.rectangle([x * MM, y * MM, (x + w) * MM, (y + h) * MM], outline=0, width=thick)

    def field(self, x, y, w, h, label, value, points=9, face=None):
        """A box of a form: a small label above a value."""
        self.box(x, y, w, h)
        self.text(x + 1, y + 0.6, label, 6, face=face)
        self.text(x + 1.5, y + h - points * 0.48, value, points, face=face)

    def seal(self, x, y, size=16):
        """A coat of arms that nobody bears."""
        self.pen.ellipse([(x - size / 2) * MM, y * MM, (x + size / 2) * MM, (y + size) * MM], outline=60, width=4)
        self.pen.line([((x - size / 4) * MM, (y + size / 2) * MM), ((x + size / 4) * MM, (y + size / 2) * MM)], fill=60, width=4)
        self.pen.line([(x * MM, (y + size / 4) * MM), (x * MM, (y + size * 3 / 4) * MM)], fill=60, width=4)
