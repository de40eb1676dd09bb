package dev.marmita.documents.image;

import java.util.Objects;

/**
 * Eight-bit pixels, row-major and interleaved: one channel (grey) or three (blue, green, red, the
 * order in which the recognition models were trained).
 *
 * @param data {@code width * height * channels} bytes; not copied, not to be changed any more
 */
public record PixelImage(int width, int height, int channels, byte[] data) {

    public PixelImage {
        Objects.requireNonNull(data, "data");
        if (width < 1 || height < 1 || channels != 1 && channels != 3) {
            throw new IllegalArgumentException(
                    "no image of " + width + "×" + height + " with " + channels + " channels");
        }
        if (data.length != Math.multiplyExact(Math.multiplyExact(width, height), channels)) {
            throw new IllegalArgumentException("wrong number of bytes for the image");
        }
    }

    /** Half the size, each pixel the mean of four; a last odd row or column is left out. */
    PixelImage halved() {
        int w = Math.max(1, width / 2);
        int h = Math.max(1, height / 2);
        byte[] out = new byte[w * h * channels];
        int right = width > 1 ? channels : 0;
        int below = height > 1 ? width * channels : 0;
        int at = 0;
        for (int y = 0; y < h; y++) {
            int row = 2 * y * width * channels;
            for (int x = 0; x < w; x++) {
                int from = row + 2 * x * channels;
                for (int c = 0; c < channels; c++, from++) {
                    int sum =
                            (data[from] & 0xff)
                                    + (data[from + right] & 0xff)
                                    + (data[from + below] & 0xff)
                                    + (data[from + below + right] & 0xff);
                    out[at++] = (byte) ((sum + 2) >> 2);
                }
            }
        }
        return new PixelImage(w, h, channels, out);
    }

    /** The image turned clockwise by 90 degrees {@code quarters} times. */
    public PixelImage turned(int quarters) {
        int turns = Math.floorMod(quarters, 4);
        if (turns == 0) {
            return this;
        }
        int w = turns == 2 ? width : height;
        int h = turns == 2 ? height : width;
        byte[] out = new byte[data.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int tx = turns == 1 ? height - 1 - y : turns == 2 ? width - 1 - x : y;
                int ty = turns == 1 ? x : turns == 2 ? height - 1 - y : width - 1 - x;
                int from = (y * width + x) * channels;
                int to = (ty * w + tx) * channels;
                for (int c = 0; c < channels; c++) {
                    out[to + c] = data[from + c];
                }
            }
        }
        return new PixelImage(w, h, channels, out);
    }

    /** The mirror image, left and right exchanged. */
    public PixelImage mirrored() {
        byte[] out = new byte[data.length];
        for (int y = 0; y < height; y++) {
            int row = y * width * channels;
            for (int x = 0; x < width; x++) {
                int from = row + x * channels;
                int to = row + (width - 1 - x) * channels;
                for (int c = 0; c < channels; c++) {
                    out[to + c] = data[from + c];
                }
            }
        }
        return new PixelImage(width, height, channels, out);
    }
}
