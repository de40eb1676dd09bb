package dev.marmita.documents.ocr;

/**
 * How pages are read. The defaults were measured on receipts and book pages (docs/benchmarks/ocr.md).
 *
 * @param longestSide of the page in pixels of the detector's input
 * @param finerSide the same for a second look at pages of small print
 * @param smallPrint median height of the boxes, in pixels of the detector's input, below which print
 *     is small
 * @param detectionThreshold probability above which a pixel belongs to text
 * @param boxThreshold mean probability that a box needs
 * @param unclip growth of a box: area times this over perimeter
 * @param lineHeight height of the recogniser's input
 * @param maxLineWidth longest recogniser input; longer lines are squeezed
 * @param spaceThreshold posterior of a blank above which one is put between two characters
 * @param minConfidence lines below are left out
 * @param restoreAccents put back the accents of Portuguese words that the recogniser cannot print
 */
public record OcrSettings(
        int longestSide,
        int finerSide,
        double smallPrint,
        float detectionThreshold,
        double boxThreshold,
        double unclip,
        int lineHeight,
        int maxLineWidth,
        float spaceThreshold,
        double minConfidence,
        boolean restoreAccents) {

    public static OcrSettings defaults() {
        return new OcrSettings(960, 1344, 20, 0.3f, 0.5, 1.8, 48, 3200, 0.05f, 0.5, true);
    }

    /** The same without changing a letter of what was read in Portuguese. */
    public OcrSettings withoutRestoredAccents() {
        return new OcrSettings(
                longestSide,
                finerSide,
                smallPrint,
                detectionThreshold,
                boxThreshold,
                unclip,
                lineHeight,
                maxLineWidth,
                spaceThreshold,
                minConfidence,
                false);
    }
}
