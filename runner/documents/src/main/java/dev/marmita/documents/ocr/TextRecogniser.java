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
    private final Alphabet alphabet;
    private final int height;
    private final int maxWidth;
    private final Sampler sampler =
            new Sampler(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});

    TextRecogniser(Model model, Alphabet alphabet, Buffers buffers, OcrSettings settings) {
        this.model = model;
        this.buffers = buffers;
        this.alphabet = alphabet;
        this.decoder = new CtcDecoder(alphabet, settings.spaceThreshold());
        this.height = settings.lineHeight();
        this.maxWidth = settings.maxLineWidth();
    }

    /** Width in pixels of the model's input for this line; tells how long reading it takes. */
    int inputWidth(Quad box) {
        double wanted = height * box.width() / Math.max(1, box.height());
        int rounded = (int) Math.round(wanted / GRID) * GRID;
        return Math.clamp(rounded, MIN_WIDTH, maxWidth);
    }

    Reading read(Pyramid page, Quad box) {
        int width = inputWidth(box);
        return buffers.with(
                3 * width * height * Float.BYTES,
                bytes -> {
                    sampler.sample(page, box, width, height, bytes.asFloatBuffer());
                    Tensor input = Tensor.of(ElementKind.FP32, bytes, 1, 3, height, width);
                    try (var result = model.run(input)) {
                        Tensor output = result.first();
                        long[] shape = output.shape();
                        if (shape.length != 3 || shape[2] != alphabet.size()) {
                            throw new IllegalStateException(
                                    "the recogniser gives "
                                            + output
                                            + ", its dictionary has "
                                            + alphabet.size()
                                            + " classes");
                        }
                        return decoder.decode(output.floats(), Math.toIntExact(shape[1]));
                    }
                });
    }
}
