package dev.marmita.documents.source;

import dev.marmita.documents.image.PixelImage;
import dev.marmita.documents.ocr.TextLine;
import java.util.List;
import java.util.Optional;

/**
 * One page, decoded.
 *
 * @param width in the pixels in which boxes are reported
 * @param height in the pixels in which boxes are reported
 * @param dpi how many of these pixels make an inch of the original, where the file tells
 * @param resolution pixels per inch of the scanned picture as it is stored; empty where the file does
 *     not tell or there is no picture
 * @param scale reported pixels per pixel of {@code image}
 * @param image empty where the text layer stands for the page
 * @param textLayer text that the file itself holds, boxes in reported pixels
 */
public record SourcePage(
        int width,
        int height,
        Optional<Integer> dpi,
        Optional<Integer> resolution,
        ColourMode colour,
        Compression compression,
        double scale,
        Optional<PixelImage> image,
        List<TextLine> textLayer) {

    public SourcePage {
        textLayer = List.copyOf(textLayer);
    }
}
