package dev.marmita.documents.source;

import dev.marmita.documents.image.PixelImage;
import java.awt.image.Raster;

/** Colours of JPEG files as they are stored, for what Image I/O does not convert. */
final class RawColours {

    private RawColours() {}

    static PixelImage fromGrey(Raster raster) {
        int width = raster.getWidth();
        byte[] out = new byte[Math.multiplyExact(width, raster.getHeight())];
        int[] row = new int[width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                out[y * width + x] = (byte) row[x];
            }
        }
        return new PixelImage(width, raster.getHeight(), 1, out);
    }

    /**
     * @param ycc luma and chroma (ITU-T T.871) and not red, green and blue
     */
    static PixelImage fromThree(Raster raster, boolean ycc) {
        return converted(
                raster,
                3,
                (from, at, to) -> {
                    to[0] = from[at];
                    to[1] = from[at + 1];
                    to[2] = from[at + 2];
                    if (ycc) {
                        toRgb(to);
                    }
                });
    }

    /**
     * Cyan, magenta, yellow and black.
     *
     * @param ycck the first three as luma and chroma
     * @param inverted 255 means no ink, as Adobe's programs write
     */
    static PixelImage fromCmyk(Raster raster, boolean ycck, boolean inverted) {
        return converted(
                raster,
                4,
                (from, at, to) -> {
                    to[0] = from[at];
                    to[1] = from[at + 1];
                    to[2] = from[at + 2];
                    if (ycck) {
                        toRgb(to);
                    }
                    int black = inverted ? from[at + 3] : 255 - from[at + 3];
                    for (int i = 0; i < 3; i++) {
                        to[i] = (inverted ? to[i] : 255 - to[i]) * black / 255;
                    }
                });
    }

    private static void toRgb(int[] colour) {
        int luma = colour[0];
        double cb = colour[1] - 128.0;
        double cr = colour[2] - 128.0;
        colour[0] = clamp(luma + 1.402 * cr);
        colour[1] = clamp(luma - 0.344136 * cb - 0.714136 * cr);
        colour[2] = clamp(luma + 1.772 * cb);
    }

    private static int clamp(double value) {
        return Math.clamp(Math.round(value), 0, 255);
    }

    private static PixelImage converted(Raster raster, int bands, Conversion conversion) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
        int[] row = new int[width * bands];
        int[] rgb = new int[3];
        int at = 0;
        for (int y = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                conversion.convert(row, x * bands, rgb);
                out[at++] = (byte) rgb[2];
                out[at++] = (byte) rgb[1];
                out[at++] = (byte) rgb[0];
            }
        }
        return new PixelImage(width, height, 3, out);
    }

    /** Writes red, green and blue. */
    @FunctionalInterface
    private interface Conversion {
        void convert(int[] from, int at, int[] to);
    }
}
