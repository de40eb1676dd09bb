package dev.marmita.documents.ocr;

import dev.marmita.documents.image.PixelImage;
import dev.marmita.documents.image.Pyramid;
import dev.marmita.documents.image.Quad;
import dev.marmita.documents.image.Sampler;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Model;
import dev.marmita.service.Tensor;
import java.util.List;

/** Finds text lines with a DB model. Thread-safe. */
final class TextDetector {

    private static final int GRID = 32;

    private final Model model;
    private final Buffers buffers;
    private final Sampler sampler =
            new Sampler(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});
    private final BoxFinder finder;

    TextDetector(Model model, Buffers buffers, OcrSettings settings) {
        this.model = model;
        this.buffers = buffers;
        this.finder =
                new BoxFinder(
                        settings.detectionThreshold(), settings.boxThreshold(), settings.unclip());
    }

    /**
     * Boxes around the text lines, in pixels of the page and in no order.
     *
     * @param longest the page's longer side in pixels of the model's input
     */
    List<Quad> detect(Pyramid page, int longest) {
        PixelImage image = page.image();
        double scale = (double) longest / Math.max(image.width(), image.height());
        int width = snap(image.width() * scale);
        int height = snap(image.height() * scale);
        int plane = width * height;
        return buffers.with(
                3 * plane * Float.BYTES,
                bytes -> {
                    Quad whole = Quad.of(0, 0, image.width(), image.height());
                    sampler.sample(page, whole, width, height, bytes.asFloatBuffer());
                    Tensor input = Tensor.of(ElementKind.FP32, bytes, 1, 3, height, width);
                    float[] map = new float[plane];
                    try (var result = model.run(input)) {
                        result.first().floats().get(map);
                    }
                    double scaleX = (double) image.width() / width;
                    double scaleY = (double) image.height() / height;
                    return finder.find(map, width, height, scaleX, scaleY);
                });
    }

    private static int snap(double pixels) {
        return Math.max(1, (int) Math.round(pixels / GRID)) * GRID;
    }
}
