package dev.marmita.documents.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class SamplerTest {

    /** Two pixels, blue and red. */
    private final Pyramid page =
            new Pyramid(new PixelImage(2, 1, 3, new byte[] {(byte) 255, 0, 0, 0, 0, (byte) 255}));

    private final Quad whole =
            new Quad(new Point(0, 0), new Point(2, 0), new Point(2, 1), new Point(0, 1));

    @Test
    void writesAPlanePerColour() {
        FloatBuffer out = FloatBuffer.allocate(6);
        new Sampler(new float[3], new float[] {1, 1, 1}).sample(page, whole, 2, 1, out);
        assertThat(out.array()).containsExactly(1, 0, 0, 0, 0, 1);
    }

    @Test
    void weighsColoursForGrey() {
        FloatBuffer out = FloatBuffer.allocate(2);
        Sampler.grey(0.5f, 0.5f).sample(page, whole, 2, 1, out);
        assertThat(out.get(0)).isEqualTo(0.114f * 2 - 1, within(1e-5f));
        assertThat(out.get(1)).isEqualTo(0.299f * 2 - 1, within(1e-5f));
    }
}
