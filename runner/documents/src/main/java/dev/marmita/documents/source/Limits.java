package dev.marmita.documents.source;

/**
 * What a file may cost.
 *
 * @param maxPages pages read in one request
 * @param maxPixels pixels that one page may have in the file
 * @param workPixels pixels to which larger pages are sub-sampled while they are decoded
 */
public record Limits(int maxPages, long maxPixels, long workPixels) {

    public static final int DEFAULT_PAGES = 200;
    public static final long DEFAULT_PIXELS = 120_000_000;

    private static final long WORK_PIXELS = 20_000_000;

    /** Memory that decoding one pixel may take at worst: a whole strip, its copy, and the pyramid. */
    private static final int BYTES_PER_PIXEL = 12;

    public Limits {
        if (maxPages < 1 || maxPixels < 1 || workPixels < 1) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    /** Limits that also fit a heap of that size. */
    public static Limits within(int maxPages, long maxPixels, long heapBytes) {
        long fitting = Math.max(1_000_000, heapBytes / BYTES_PER_PIXEL);
        return new Limits(maxPages, Math.min(maxPixels, fitting), WORK_PIXELS);
    }

    /** Takes every n-th pixel of every n-th row of a page of that size. */
    int subsampling(int width, int height) {
        return Math.max(1, (int) Math.ceil(Math.sqrt((double) width * height / workPixels)));
    }
}
