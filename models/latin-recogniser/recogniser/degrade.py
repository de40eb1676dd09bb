"""What printing, ageing and scanning do to a line."""

import cv2
import numpy as np


def _noise(rng, shape, scale):
    return rng.standard_normal(shape, dtype=np.float32) * scale


def _clouds(rng, shape, cell, strength):
    """Uneven light or stained paper: smooth noise."""
    small = rng.standard_normal((max(2, shape[0] // cell + 2), max(2, shape[1] // cell + 2)), dtype=np.float32)
    return cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC) * strength


def strokes(rng, ink):
    """Fat, thin, broken or squashed strokes, at drawing resolution."""
    r = rng.random()
    if r < 0.14:
        ink = cv2.dilate(ink, np.ones((2 + (rng.random() < 0.3), 2), np.uint8))
    elif r < 0.24:
        ink = cv2.erode(ink, np.ones((2, 2), np.uint8))
    elif r < 0.30:
        holes = _clouds(rng, ink.shape, 5, 1.0) > rng.uniform(1.0, 2.0)
        ink = np.where(holes, (ink * rng.uniform(0, 0.6)).astype(np.uint8), ink)
    elif r < 0.34:
        step = int(rng.integers(3, 6))
        dots = np.ones(ink.shape, np.float32)
        dots[::step, :] *= rng.uniform(0.2, 0.7)
        if rng.random() < 0.5:
            dots[:, ::step] *= rng.uniform(0.2, 0.8)
        ink = (ink * dots).astype(np.uint8)
    return ink


def bend(rng, ink):
    """Skew, slant, perspective and the curve of an open book; small, as after a detector's rotated crop."""
    h, w = ink.shape
    if rng.random() < 0.45:
        slant = rng.normal(0, 0.06)
        angle = rng.normal(0, 0.008)
        sx = rng.uniform(0.82, 1.2)
        m = np.float32([[sx, slant, -slant * h / 2], [angle, 1, -angle * w / 2]])
        ink = cv2.warpAffine(ink, m, (int(w * sx + 4), h), flags=cv2.INTER_LINEAR)
        h, w = ink.shape
    if rng.random() < 0.15:
        amplitude = rng.uniform(0.5, 3.5)
        x = np.arange(w, dtype=np.float32)
        shift = amplitude * np.sin(x / w * np.pi * rng.uniform(0.5, 2.5) + rng.uniform(0, 6.28)).astype(np.float32)
        mx = np.repeat(x[None, :], h, 0)
        my = np.arange(h, dtype=np.float32)[:, None] + shift[None, :]
        ink = cv2.remap(ink, mx, my, cv2.INTER_LINEAR)
    return ink


def surroundings(rng, ink, top, bottom, other):
    """Neighbouring lines that reach into the crop, rules, boxes and underlines."""
    h, w = ink.shape
    if other is not None and rng.random() < 0.3:
        o = other[:, :w] if other.shape[1] >= w else np.pad(other, ((0, 0), (0, w - other.shape[1])))
        leading = int((bottom - top) * rng.uniform(1.05, 1.9))
        for shift in (leading, -leading):
            if rng.random() < 0.7:
                moved = np.zeros_like(ink)
                if shift > 0 and shift < h:
                    moved[shift:] = o[:h - shift]
                elif -h < shift < 0:
                    moved[:shift] = o[-shift:]
                ink = np.maximum(ink, moved)
    if rng.random() < 0.1:
        ink = ink.copy()
        y = int(rng.choice([bottom + rng.integers(1, 10), bottom + rng.integers(1, 10), top - rng.integers(2, 10), rng.integers(0, h)]))
        thick = int(rng.integers(1, 4))
        ink[max(0, y):max(0, min(h, y + thick)), :] = int(rng.uniform(80, 255))
    if rng.random() < 0.05:
        ink = ink.copy()
        x = int(rng.choice([rng.integers(0, 40), w - 1 - rng.integers(0, 40)]))
        ink[:, max(0, x):min(w, x + int(rng.integers(1, 4)))] = int(rng.uniform(80, 255))
    return ink


def paper(rng, ink, back):
    """Ink on paper: brightness, contrast, stains, bleed-through; 0 black – 255 white, float."""
    h, w = ink.shape
    light = rng.uniform(170, 255) if rng.random() < 0.85 else rng.uniform(90, 200)
    dark = rng.uniform(0, 90) if rng.random() < 0.75 else rng.uniform(40, min(170, light - 40))
    dark = min(dark, light - 35)
    alpha = ink.astype(np.float32) / 255
    if rng.random() < 0.15:
        alpha *= np.clip(1 + _clouds(rng, (h, w), 24, 0.25), 0.25, 1)
    page = np.full((h, w), light, np.float32)
    if rng.random() < 0.3:
        page += _clouds(rng, (h, w), int(rng.integers(20, 120)), rng.uniform(2, 14))
    if rng.random() < 0.15:
        page += np.linspace(-1, 1, w, dtype=np.float32)[None, :] * rng.uniform(5, 40)
    if rng.random() < 0.1:
        page += np.linspace(-1, 1, h, dtype=np.float32)[:, None] * rng.uniform(5, 30)
    if back is not None and rng.random() < 0.08:
        b = cv2.resize(back[:, ::-1], (w, max(h, back.shape[0])))[:h]
        b = cv2.GaussianBlur(np.roll(b, int(rng.integers(-20, 20)), axis=0), (0, 0), 2.0)
        page -= b.astype(np.float32) / 255 * rng.uniform(8, 45)
    return page * (1 - alpha) + dark * alpha


def scan(rng, grey, pixels, drawn_pixels):
    """Sampling at the page's resolution (`pixels` per font size), blur, sensor noise, threshold, JPEG."""
    factor = pixels / drawn_pixels
    h, w = max(6, round(grey.shape[0] * factor)), max(3, round(grey.shape[1] * factor))
    if rng.random() < 0.5:
        grey = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.3, 0.75) / max(factor, 0.2))
    grey = cv2.resize(grey, (w, h), interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    r = rng.random()
    if r < 0.18:
        grey = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.4, 1.1) * max(0.7, pixels / 30))
    elif r < 0.24:
        n = int(rng.integers(2, 5))
        kernel = np.zeros((n, n), np.float32)
        kernel[n // 2, :] = 1.0 / n
        grey = cv2.filter2D(grey, -1, kernel if rng.random() < 0.5 else kernel.T)
    if rng.random() < 0.5:
        grey = grey + _noise(rng, grey.shape, rng.uniform(1, 14))
    if rng.random() < 0.06:
        grains = rng.random(grey.shape, dtype=np.float32)
        amount = rng.uniform(0.002, 0.02)
        grey = np.where(grains < amount, rng.uniform(0, 90), np.where(grains > 1 - amount, 255, grey))
    if rng.random() < 0.1:
        low, high = np.percentile(grey, [2, 95])
        grey = np.where(grey < low + (high - low) * rng.uniform(0.35, 0.7), 0.0, 255.0)
    if rng.random() < 0.04:
        grey = 255 - grey
    out = np.clip(grey, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        ok, data = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(18, 92))])
        out = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    return out
