"""The network: depthwise-separable convolutions over a grey line, a recurrent layer over its columns, CTC classes."""

import torch
from torch import nn

from .alphabet import CLASSES


def _conv(inputs, outputs, kernel, stride=1, groups=1):
    padding = tuple(k // 2 for k in kernel) if isinstance(kernel, tuple) else kernel // 2
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False), nn.BatchNorm2d(outputs))


class Separable(nn.Module):
    """Depthwise then pointwise convolution, with a shortcut where the shape stays."""

    def __init__(self, inputs, outputs, kernel=3, stride=1):
        super().__init__()
        self.depth = nn.Sequential(_conv(inputs, inputs, kernel, stride, inputs), nn.ReLU(inplace=True))
        self.point = _conv(inputs, outputs, 1)
        self.shortcut = inputs == outputs and stride == 1
        self.out = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.point(self.depth(x))
        return self.out(x + y if self.shortcut else y)


class Recogniser(nn.Module):
    """N × 1 × 36 × W grey in −1…1 (paper positive) to W / 4 × N × CLASSES logits."""

    def __init__(self, width=1.0, hidden=128):
        super().__init__()
        a, b, c = (int(round(n * width / 8)) * 8 for n in (32, 88, 176))
        self.features = nn.Sequential(
            _conv(1, a, 3, 2), nn.ReLU(inplace=True),
            Separable(a, a),
            Separable(a, b, 3, 2),
            Separable(b, b, (3, 5)),
            Separable(b, b, (3, 5)),
            Separable(b, c, 3, (2, 1)),
            Separable(c, c, (5, 5)),
            Separable(c, c, (5, 5)),
            Separable(c, c, (5, 5)),
            nn.Conv2d(c, c, (5, 1), groups=c, bias=False), nn.BatchNorm2d(c), nn.ReLU(inplace=True),
        )
        self.mix = nn.Sequential(nn.Conv1d(c, c, 1, bias=False), nn.BatchNorm1d(c), nn.ReLU(inplace=True))
        self.context = nn.LSTM(c, hidden, bidirectional=True)
        self.classes = nn.Linear(2 * hidden + c, CLASSES)

    def forward(self, x):
        columns = self.mix(self.features(x).squeeze(2)).permute(2, 0, 1)
        context, _ = self.context(columns)
        return self.classes(torch.cat([context, columns], 2))
