package dev.marmita.documents.ocr;

import dev.marmita.documents.image.Pyramid;
import dev.marmita.documents.image.Quad;
import dev.marmita.documents.image.Sampler;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Model;
import dev.marmita.service.Tensor;

/** Reads one line at a time with a CTC model: padding to the widest line costs more than a batch gains. Thread-safe. */
final class TextRecogniser {

    private static final int MIN_WIDTH = 32;
    private static final int GRID = 8;

    private final Model model;
    private final Buffers buffers;
    private final CtcDecoder decoder;
    private final LineFormat format;
    private final Sampler sampler;

    TextRecogniser(Model model, LineFormat format, Buffers buffers) {
        this.model = model;
        this.buffers = buffers;
        this.format = format;
        this.decoder = new CtcDecoder(format.alphabet(), format.spaceThreshold());
        this.sampler = format.sampler();
    }

    /** Width in pixels of the model's input for this line; tells how long reading it takes. */
    int inputWidth(Quad box) {
        double wanted = format.height() * box.width() / Math.max(1, box.height());
        int rounded = (int) Math.round(wanted / GRID) * GRID;
        return Math.clamp(rounded, MIN_WIDTH, format.maxWidth() / GRID * GRID);
    }

    Reading read(Pyramid page, Quad box) {
        int width = inputWidth(box);
        int height = format.height();
        int channels = format.channels();
        int classes = format.alphabet().size();
        return buffers.with(
                channels * width * height * Float.BYTES,
                bytes -> {
                    sampler.sample(page, box, width, height, bytes.asFloatBuffer());
                    Tensor input = Tensor.of(ElementKind.FP32, bytes, 1, channels, height, width);
                    try (var result = model.run(input)) {
                        Tensor output = result.first();
                        long[] shape = output.shape();
                        if (shape.length != 3 || shape[2] != classes) {
                            throw new IllegalStateException(
                                    "the recogniser gives "
                                            + output
                                            + ", its dictionary has "
                                            + classes
                                            + " classes");
                        }
                        return decoder.decode(output.floats(), Math.toIntExact(shape[1]));
                    }
                });
    }
}
