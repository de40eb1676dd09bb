package dev.marmita.documents.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.documents.image.PixelImage;
import dev.marmita.documents.image.Pyramid;
import dev.marmita.documents.image.Quad;
import dev.marmita.documents.testing.ModelFake;
import dev.marmita.service.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The detector on a model that takes dark pixels for text. */
class TextDetectorTest {

    private static final int WIDTH = 1200;
    private static final int HEIGHT = 1700;
    private static final int FINER = 1344;
    private static final int LINE = 16;

    private final List<long[]> shapes = new ArrayList<>();
    private final TextDetector detector =
            new TextDetector(ModelFake.of(this::darkness), new Buffers(1), OcrSettings.defaults());

    @ParameterizedTest
    @CsvSource({"200, 300, 400", "0, 0, 300", "900, 1500, 300", "0, 800, 1200"})
    void findsTheSameLinesWhereItLooksOnlyAroundThem(int left, int top, int length) {
        Pyramid page = page(left, top, length);
        List<Quad> first = detector.detect(page, 960);
        List<Quad> whole = byHeight(detector.detect(page, FINER));
        List<Quad> around = byHeight(detector.detectAround(first, page, FINER));
        assertThat(whole).hasSize(3);
        assertThat(around).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(around.get(i).left()).isCloseTo(whole.get(i).left(), within(4));
            assertThat(around.get(i).top()).isCloseTo(whole.get(i).top(), within(4));
            assertThat(around.get(i).right()).isCloseTo(whole.get(i).right(), within(4));
            assertThat(around.get(i).bottom()).isCloseTo(whole.get(i).bottom(), within(4));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200, 300, 400, 0.3",
        "0, 0, 300, 0.15",
        "900, 1500, 300, 0.15",
        "0, 800, 1200, 0.3"
    })
    void leavesOutWhatIsBlank(int left, int top, int length, double share) {
        Pyramid page = page(left, top, length);
        List<Quad> first = detector.detect(page, 960);
        detector.detect(page, FINER);
        detector.detectAround(first, page, FINER);
        assertThat(pixels(2)).isLessThan(share * pixels(1));
        assertThat(shapes.get(2)[2] % 32 + shapes.get(2)[3] % 32).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 1200", "10, 1180"})
    void looksAtTheWholeWidthWhereTextGoesFromSideToSide(int left, int length) {
        Pyramid page = page(left, 800, length);
        List<Quad> first = detector.detect(page, 960);
        detector.detect(page, FINER);
        detector.detectAround(first, page, FINER);
        assertThat(shapes.get(2)[3]).isEqualTo(shapes.get(1)[3]);
    }

    private double pixels(int run) {
        return shapes.get(run)[2] * shapes.get(run)[3];
    }

    private ModelFake.Output darkness(Tensor image) {
        shapes.add(image.shape());
        int width = (int) image.shape()[3];
        int height = (int) image.shape()[2];
        FloatBuffer pixels = image.floats();
        float[] map = new float[width * height];
        for (int i = 0; i < map.length; i++) {
            map[i] = pixels.get(i) < 0 ? 0.9f : 0;
        }
        return new ModelFake.Output(map, 1, 1, height, width);
    }

    /** Three black lines on white. */
    private static Pyramid page(int left, int top, int length) {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        Arrays.fill(pixels, (byte) 255);
        for (int line = 0; line < 3; line++) {
            for (int y = top + 60 * line; y < top + 60 * line + LINE; y++) {
                Arrays.fill(pixels, y * WIDTH + left, y * WIDTH + left + length, (byte) 0);
            }
        }
        return new Pyramid(new PixelImage(WIDTH, HEIGHT, 1, pixels));
    }

    private static List<Quad> byHeight(List<Quad> boxes) {
        return boxes.stream().sorted(Comparator.comparingDouble(Quad::top)).toList();
    }

    private static Offset<Double> within(double pixels) {
        return Offset.offset(pixels);
    }
}
