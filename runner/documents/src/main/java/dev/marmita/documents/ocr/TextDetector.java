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

    /** Cells of the grid around what a first look found: more than a centimetre of a sheet of A4. */
    private static final int MARGIN = 2;

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
        return detect(page, longest, Quad.of(0, 0, image.width(), image.height()));
    }

    /**
     * Looks again in finer resolution, only where a first look found text: most of a sheet of paper is
     * blank.
     *
     * @param found by the first look, at least one box
     * @param longest the page's longer side in pixels of the model's input, as if all of it were looked at
     */
    List<Quad> detectAround(List<Quad> found, Pyramid page, int longest) {
        PixelImage image = page.image();
        double cell = (double) GRID * Math.max(image.width(), image.height()) / longest;
        double left = found.stream().mapToDouble(Quad::left).min().orElseThrow();
        double right = found.stream().mapToDouble(Quad::right).max().orElseThrow();
        double top = found.stream().mapToDouble(Quad::top).min().orElseThrow();
        double bottom = found.stream().mapToDouble(Quad::bottom).max().orElseThrow();
        Extent across = Extent.around(left, right, cell, image.width());
        Extent down = Extent.around(top, bottom, cell, image.height());
        return detect(page, longest, Quad.of(across.from, down.from, across.to, down.to));
    }

    /** A part of a page's width or height. */
    private record Extent(double from, double to) {

        /** Whole cells of the grid, so that nothing is stretched; all where that is not less. */
        static Extent around(double from, double to, double cell, double all) {
            double length = Math.ceil((to - from) / cell + 2 * MARGIN) * cell;
            if (length >= all) {
                return new Extent(0, all);
            }
            double start = Math.clamp((from + to - length) / 2, 0, all - length);
            return new Extent(start, start + length);
        }
    }

    private List<Quad> detect(Pyramid page, int longest, Quad part) {
        PixelImage image = page.image();
        double scale = (double) longest / Math.max(image.width(), image.height());
        int width = snap(part.width() * scale);
        int height = snap(part.height() * scale);
        int plane = width * height;
        return buffers.with(
                3 * plane * Float.BYTES,
                bytes -> {
                    sampler.sample(page, part, width, height, bytes.asFloatBuffer());
                    Tensor input = Tensor.of(ElementKind.FP32, bytes, 1, 3, height, width);
                    float[] map = new float[plane];
                    try (var result = model.run(input)) {
                        result.first().floats().get(map);
                    }
                    double scaleX = part.width() / width;
                    double scaleY = part.height() / height;
                    return finder.find(map, width, height, scaleX, scaleY).stream()
                            .map(box -> box.moved(part.left(), part.top()))
                            .toList();
                });
    }

    private static int snap(double pixels) {
        return Math.max(1, (int) Math.round(pixels / GRID)) * GRID;
    }
}
