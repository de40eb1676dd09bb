package dev.marmita.documents.layout;

import dev.marmita.documents.image.Quad;

/**
 * A value that was read somewhere.
 *
 * @param confidence 0 to 1: that of the letters times that of the rule
 * @param page from 1
 * @param box on the page as it was sent
 */
public record Finding(String value, double confidence, int page, Quad box) {

    /** The same place and confidence with another value. */
    public Finding with(String other) {
        return new Finding(other, confidence, page, box);
    }

    /** Less certain by that factor. */
    public Finding weakened(double factor) {
        return new Finding(value, confidence * factor, page, box);
    }
}
