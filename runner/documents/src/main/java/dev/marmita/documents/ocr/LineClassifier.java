package dev.marmita.documents.ocr;

import dev.marmita.documents.image.Point;
import dev.marmita.documents.image.Pyramid;
import dev.marmita.documents.image.Quad;
import dev.marmita.documents.image.Sampler;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Model;
import dev.marmita.service.Tensor;
import java.nio.FloatBuffer;

/** Tells whether a text line stands on its head, with PP-OCR's two-class model. Thread-safe. */
final class LineClassifier {

    private static final int WIDTH = 192;
    private static final int HEIGHT = 48;

    private final Model model;
    private final Buffers buffers;
    private final Sampler sampler =
            new Sampler(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});

    LineClassifier(Model model, Buffers buffers) {
        this.model = model;
        this.buffers = buffers;
    }

    /** Probability, 0 to 1, that the line must be turned by 180 degrees. */
    double upsideDown(Pyramid page, Quad box) {
        int floats = 3 * HEIGHT * WIDTH;
        return buffers.with(
                floats * Float.BYTES,
                bytes -> {
                    // Lines longer than the input are cut, not squeezed: letters keep their shape.
                    double part = Math.min(1, 4 * box.height() / Math.max(1, box.width()));
                    Quad start = beginning(box, part);
                    int width =
                            Math.clamp(
                                    (int) (HEIGHT * start.width() / Math.max(1, start.height())),
                                    1,
                                    WIDTH);
                    FloatBuffer input = bytes.asFloatBuffer();
                    float[] crop = new float[3 * HEIGHT * width];
                    sampler.sample(page, start, width, HEIGHT, FloatBuffer.wrap(crop));
                    float[] padding = new float[WIDTH - width];
                    for (int row = 0; row < 3 * HEIGHT; row++) {
                        input.put(row * WIDTH, crop, row * width, width);
                        input.put(row * WIDTH + width, padding);
                    }
                    Tensor tensor = Tensor.of(ElementKind.FP32, bytes, 1, 3, HEIGHT, WIDTH);
                    try (var result = model.run(tensor)) {
                        return (double) result.first().floats().get(1);
                    }
                });
    }

    private static Quad beginning(Quad box, double part) {
        var b = between(box.a(), box.b(), part);
        var c = between(box.d(), box.c(), part);
        return new Quad(box.a(), b, c, box.d());
    }

    private static Point between(Point from, Point to, double part) {
        return new Point(
                from.x() + (to.x() - from.x()) * part, from.y() + (to.y() - from.y()) * part);
    }
}
