package dev.marmita.benchmarks.recognition;

import java.nio.FloatBuffer;

/**
 * A line as the recogniser gets it.
 *
 * @param pixels rows of {@code width} floats, plane after plane
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Line(int width, float[] pixels) {

    /** Writes its rows, padded with zeros to that width. */
    void write(FloatBuffer out, int paddedWidth) {
        if (paddedWidth == width) {
            out.put(pixels);
            return;
        }
        float[] padding = new float[paddedWidth - width];
        for (int at = 0; at < pixels.length; at += width) {
            out.put(pixels, at, width).put(padding);
        }
    }

    int rows() {
        return pixels.length / width;
    }
}
