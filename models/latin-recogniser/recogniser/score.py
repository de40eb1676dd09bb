"""How well lines were read: character errors and words right, exactly as printed."""

from collections import Counter


def _distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


class Score:
    """Adds up lines."""

    def __init__(self):
        self.lines = self.right = self.characters = self.errors = 0
        self.true_words = self.read_words = self.same_words = 0

    def add(self, read, truth):
        self.lines += 1
        self.right += read == truth
        self.characters += len(truth)
        self.errors += _distance(read, truth)
        a, b = Counter(truth.split()), Counter(read.split())
        self.true_words += sum(a.values())
        self.read_words += sum(b.values())
        self.same_words += sum((a & b).values())

    @property
    def cer(self):
        return self.errors / max(1, self.characters)

    @property
    def word_f1(self):
        return 2 * self.same_words / max(1, self.true_words + self.read_words)

    def __str__(self):
        return f"cer {100 * self.cer:.2f} % words {self.word_f1:.4f} lines {self.right / max(1, self.lines):.3f}"
