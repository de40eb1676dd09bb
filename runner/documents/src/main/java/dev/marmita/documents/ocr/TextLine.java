package dev.marmita.documents.ocr;

import dev.marmita.documents.image.Quad;

/**
 * A piece of text on one line, as the detector found it.
 *
 * @param confidence 0 to 1
 * @param box in pixels of the page
 */
public record TextLine(String text, double confidence, Quad box) {}
