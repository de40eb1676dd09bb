package dev.marmita.documents.layout;

import dev.marmita.documents.image.Quad;

/**
 * A piece of text in a row.
 *
 * @param upright where it lies once the page is turned upright; what rules reason with
 * @param box where it lies on the page as it was sent; what is reported
 */
public record Piece(String text, double confidence, Quad upright, Quad box) {}
