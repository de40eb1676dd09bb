package dev.marmita.documents.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.marmita.documents.image.Quad;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoxFinderTest {

    private static final int WIDTH = 200;
    private static final int HEIGHT = 120;

    private final float[] map = new float[WIDTH * HEIGHT];
    private final BoxFinder finder = new BoxFinder(0.3f, 0.5, 1.0);

    @Test
    void findsAnUprightRectangleAndGrowsIt() {
        fill(40, 50, 100, 10, 0, 0.9f);
        Quad box = only();
        // 101 × 11 pixels: grown by area / perimeter = 4.96 on each side.
        assertThat(box.width()).isEqualTo(101 + 2 * 4.96, within(1.5));
        assertThat(box.height()).isEqualTo(11 + 2 * 4.96, within(1.5));
        assertThat(box.centre().x()).isEqualTo(90.5, within(1.0));
        assertThat(box.centre().y()).isEqualTo(55.5, within(1.0));
    }

    @Test
    void findsATiltedRectangleWithItsAngle() {
        fill(50, 40, 100, 12, 10, 0.9f);
        Quad box = only();
        double angle =
                Math.toDegrees(Math.atan2(box.b().y() - box.a().y(), box.b().x() - box.a().x()));
        assertThat(angle).isEqualTo(10, within(1.0));
        assertThat(box.width()).isGreaterThan(box.height() * 3);
    }

    @Test
    void keepsLinesApartThatDoNotTouch() {
        fill(20, 20, 100, 8, 0, 0.9f);
        fill(20, 40, 100, 8, 0, 0.9f);
        assertThat(find()).hasSize(2);
    }

    @Test
    void joinsWhatTouchesOnlyByCorners() {
        fill(20, 20, 10, 10, 0, 0.9f);
        fill(31, 31, 10, 10, 0, 0.9f);
        var lenient = new BoxFinder(0.3f, 0.1, 1.0);
        assertThat(lenient.find(map, WIDTH, HEIGHT, 1, 1)).hasSize(1);
    }

    @Test
    void dropsFaintAndTinyRegions() {
        fill(20, 20, 60, 10, 0, 0.4f);
        fill(120, 80, 1, 1, 0, 0.9f);
        assertThat(find()).isEmpty();
    }

    @Test
    void reportsInPixelsOfThePage() {
        fill(40, 50, 100, 10, 0, 0.9f);
        Quad small = only();
        Quad large = finder.find(map, WIDTH, HEIGHT, 2, 3).getFirst();
        assertThat(large.centre().x()).isEqualTo(2 * small.centre().x(), within(1e-6));
        assertThat(large.centre().y()).isEqualTo(3 * small.centre().y(), within(1e-6));
    }

    private Quad only() {
        List<Quad> boxes = find();
        assertThat(boxes).hasSize(1);
        return boxes.getFirst();
    }

    private List<Quad> find() {
        return finder.find(map, WIDTH, HEIGHT, 1, 1);
    }

    private void fill(int left, int top, int width, int height, double degrees, float value) {
        double cos = Math.cos(Math.toRadians(degrees));
        double sin = Math.sin(Math.toRadians(degrees));
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                double u = (x - left) * cos + (y - top) * sin;
                double v = -(x - left) * sin + (y - top) * cos;
                if (u >= 0 && u <= width && v >= 0 && v <= height) {
                    map[y * WIDTH + x] = value;
                }
            }
        }
    }
}
