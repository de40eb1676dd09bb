package dev.marmita.documents.source;

import dev.marmita.documents.image.PixelImage;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import org.jspecify.annotations.Nullable;

/** Turns decoded bitmaps of any kind into eight-bit grey or blue-green-red pixels on white paper. */
final class Bitmaps {

    private Bitmaps() {}

    static PixelImage pixels(BufferedImage image) {
        PixelImage direct = wrapped(image);
        if (direct != null) {
            return direct;
        }
        ColorModel model = image.getColorModel();
        boolean components = model instanceof ComponentColorModel;
        if (components && image.getRaster().getDataBuffer() instanceof DataBufferUShort) {
            return fromSixteenBits(image.getRaster(), model.hasAlpha());
        }
        if (components && model.getNumComponents() <= 2) {
            return fromGrey(image.getRaster(), model.hasAlpha());
        }
        if (model instanceof IndexColorModel palette && isGrey(palette)) {
            return fromGreyPalette(image.getRaster(), palette);
        }
        return fromAny(image);
    }

    private static @Nullable PixelImage wrapped(BufferedImage image) {
        Raster raster = image.getRaster();
        boolean plain =
                raster.getDataBuffer() instanceof DataBufferByte buffer
                        && buffer.getNumBanks() == 1
                        && buffer.getOffset() == 0
                        && raster.getParent() == null
                        && image.getColorModel() instanceof ComponentColorModel
                        && raster.getSampleModel() instanceof PixelInterleavedSampleModel;
        if (!plain) {
            return null;
        }
        var model = (PixelInterleavedSampleModel) raster.getSampleModel();
        int bands = raster.getNumBands();
        int[] offsets = model.getBandOffsets();
        boolean packed =
                model.getPixelStride() == bands
                        && model.getScanlineStride() == bands * image.getWidth();
        boolean grey = bands == 1 && offsets[0] == 0;
        boolean bgr = bands == 3 && offsets[0] == 2 && offsets[1] == 1 && offsets[2] == 0;
        if (!packed || !grey && !bgr) {
            return null;
        }
        byte[] data = ((DataBufferByte) raster.getDataBuffer()).getData();
        int size = image.getWidth() * image.getHeight() * bands;
        return data.length == size
                ? new PixelImage(image.getWidth(), image.getHeight(), bands, data)
                : null;
    }

    private static PixelImage fromSixteenBits(Raster raster, boolean alpha) {
        return fromSamples(raster, alpha, 8);
    }

    private static PixelImage fromGrey(Raster raster, boolean alpha) {
        int bits = raster.getSampleModel().getSampleSize(0);
        return fromSamples(raster, alpha, Math.max(0, bits - 8));
    }

    /** Takes samples as they are: Java would "correct" grey values as if they were linear light. */
    private static PixelImage fromSamples(Raster raster, boolean alpha, int shift) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = raster.getNumBands();
        int colours = bands - (alpha ? 1 : 0) >= 3 ? 3 : 1;
        int top = (1 << Math.min(8, raster.getSampleModel().getSampleSize(0))) - 1;
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), colours)];
        int[] row = new int[width * bands];
        int at = 0;
        for (int y = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int opaque = alpha ? row[x * bands + bands - 1] >> shift : top;
                for (int c = 0; c < colours; c++) {
                    int value = row[x * bands + colours - 1 - c] >> shift;
                    int onWhite = value * opaque / top + (top - opaque);
                    out[at++] = (byte) (onWhite * 255 / top);
                }
            }
        }
        return new PixelImage(width, height, colours, out);
    }

    private static boolean isGrey(IndexColorModel palette) {
        for (int i = 0; i < palette.getMapSize(); i++) {
            if (palette.getRed(i) != palette.getGreen(i)
                    || palette.getRed(i) != palette.getBlue(i)) {
                return false;
            }
        }
        return true;
    }

    private static PixelImage fromGreyPalette(Raster raster, IndexColorModel palette) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] greys = new byte[1 << Math.max(8, palette.getPixelSize())];
        for (int i = 0; i < palette.getMapSize(); i++) {
            int alpha = palette.getAlpha(i);
            greys[i] = (byte) (palette.getRed(i) * alpha / 255 + (255 - alpha));
        }
        byte[] out = new byte[Math.multiplyExact(width, height)];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                out[y * width + x] = greys[row[x] & (greys.length - 1)];
            }
        }
        return new PixelImage(width, height, 1, out);
    }

    private static PixelImage fromAny(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
        int[] row = new int[width];
        int at = 0;
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int argb = row[x];
                int alpha = argb >>> 24;
                int paper = 255 - alpha;
                out[at++] = (byte) ((argb & 0xff) * alpha / 255 + paper);
                out[at++] = (byte) ((argb >> 8 & 0xff) * alpha / 255 + paper);
                out[at++] = (byte) ((argb >> 16 & 0xff) * alpha / 255 + paper);
            }
        }
        return new PixelImage(width, height, 3, out);
    }
}
