package dev.marmita.documents.image;

import java.nio.FloatBuffer;

/**
 * Writes a rotated rectangle of a page as the planes (blue, green, red, or grey alone) of a model's
 * input, bilinear from the fitting level of the pyramid. Pixels outside the page repeat its border.
 */
public final class Sampler {

    private final float[] scale;
    private final float[] offset;

    /** For inputs {@code (pixel / 255 - mean) / deviation}, channel by channel: three, or one of grey. */
    public Sampler(float[] mean, float[] deviation) {
        scale = new float[mean.length];
        offset = new float[mean.length];
        for (int c = 0; c < mean.length; c++) {
            scale[c] = 1f / (255f * deviation[c]);
            offset[c] = -mean[c] / deviation[c];
        }
    }

    /** For one plane of grey. */
    public static Sampler grey(float mean, float deviation) {
        return new Sampler(new float[] {mean}, new float[] {deviation});
    }

    /**
     * Samples {@code width × height} points.
     *
     * @param out planes × height × width floats from its position 0; its position is not moved
     */
    public void sample(Pyramid page, Quad quad, int width, int height, FloatBuffer out) {
        double across = quad.width() / width;
        double down = quad.height() / height;
        int index = page.levelFor(Math.min(across, down));
        PixelImage level = page.level(index);
        double shrink = 1.0 / (1 << index);
        Point a = quad.a();
        double ux = (quad.b().x() - a.x()) / width * shrink;
        double uy = (quad.b().y() - a.y()) / width * shrink;
        double vx = (quad.d().x() - a.x()) / height * shrink;
        double vy = (quad.d().y() - a.y()) / height * shrink;
        double x0 = a.x() * shrink + (ux + vx) / 2 - 0.5;
        double y0 = a.y() * shrink + (uy + vy) / 2 - 0.5;
        float[][] rows = new float[level.channels()][width];
        int plane = width * height;
        for (int row = 0; row < height; row++) {
            line(level, x0 + row * vx, y0 + row * vy, ux, uy, rows);
            if (scale.length == 1 && level.channels() == 3) {
                toGrey(rows);
            }
            for (int c = 0; c < scale.length; c++) {
                put(rows[level.channels() == 1 ? 0 : c], c, out, c * plane + row * width);
            }
        }
    }

    /** Luma of ITU-R BT.601, into the first row. */
    private static void toGrey(float[][] rows) {
        float[] blue = rows[0];
        for (int i = 0; i < blue.length; i++) {
            blue[i] = 0.114f * blue[i] + 0.587f * rows[1][i] + 0.299f * rows[2][i];
        }
    }

    private void put(float[] values, int channel, FloatBuffer out, int at) {
        float[] normalised = new float[values.length];
        float factor = scale[channel];
        float shift = offset[channel];
        for (int i = 0; i < values.length; i++) {
            normalised[i] = values[i] * factor + shift;
        }
        out.put(at, normalised);
    }

    private static void line(
            PixelImage image, double fromX, double fromY, double ux, double uy, float[][] out) {
        int channels = image.channels();
        int stride = image.width() * channels;
        byte[] data = image.data();
        double maxX = image.width() - 1.0;
        double maxY = image.height() - 1.0;
        int width = out[0].length;
        for (int i = 0; i < width; i++) {
            double x = Math.clamp(fromX + i * ux, 0.0, maxX);
            double y = Math.clamp(fromY + i * uy, 0.0, maxY);
            int xi = (int) x;
            int yi = (int) y;
            float fx = (float) (x - xi);
            float fy = (float) (y - yi);
            int right = xi < image.width() - 1 ? channels : 0;
            int below = yi < image.height() - 1 ? stride : 0;
            int at = yi * stride + xi * channels;
            for (int c = 0; c < channels; c++, at++) {
                float upper = mix(data[at], data[at + right], fx);
                float lower = mix(data[at + below], data[at + below + right], fx);
                out[c][i] = upper + (lower - upper) * fy;
            }
        }
    }

    private static float mix(byte left, byte right, float part) {
        float from = left & 0xff;
        return from + ((right & 0xff) - from) * part;
    }
}
