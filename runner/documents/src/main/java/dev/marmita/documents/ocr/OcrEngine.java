package dev.marmita.documents.ocr;

import dev.marmita.documents.image.PixelImage;
import dev.marmita.documents.image.Pyramid;
import dev.marmita.documents.image.Quad;
import dev.marmita.service.Model;
import dev.marmita.service.ServiceContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Reads pages: detects their lines, turns them, recognises line by line. Thread-safe. */
public final class OcrEngine {

    private static final int BUFFERS_PER_CORE = 2;

    private final OcrSettings settings;
    private final TextDetector detector;
    private final Orientation orientation;
    private final TextRecogniser recogniser;

    /**
     * Present where the recogniser cannot print the letters of Portuguese. Read beside the start, for no
     * page comes to them before its lines are read.
     */
    private final Optional<CompletableFuture<PortugueseAccents>> accents;

    /**
     * @param dictionary the recogniser's characters in order, where it is not PP-OCR's own
     * @throws IllegalArgumentException where the recogniser does not fit the dictionary
     */
    public OcrEngine(
            Model detector,
            Model classifier,
            Model recogniser,
            Optional<String> dictionary,
            ServiceContext context,
            OcrSettings settings) {
        this.settings = settings;
        Buffers buffers = new Buffers(BUFFERS_PER_CORE * context.cores());
        // Pages have a buffer of their own: it is ten times as large as any line's.
        this.detector = new TextDetector(detector, new Buffers(1), settings);
        LineFormat format = LineFormat.of(recogniser, dictionary, settings);
        this.recogniser = new TextRecogniser(recogniser, format, buffers);
        Executor beside = task -> Thread.ofPlatform().name("accents").daemon().start(task);
        boolean unable = !format.alphabet().has("ã");
        this.accents =
                settings.restoreAccents() && unable
                        ? Optional.of(
                                CompletableFuture.supplyAsync(PortugueseAccents::load, beside))
                        : Optional.empty();
        this.orientation =
                new Orientation(new LineClassifier(classifier, buffers), this.recogniser);
    }

    /** Finds the lines of a page and how it lies. */
    public FoundPage find(PixelImage image, Checkpoint checkpoint, Stages stages) {
        long start = System.nanoTime();
        Pyramid page = new Pyramid(image);
        List<Quad> boxes = detect(page);
        stages.record("detect", System.nanoTime() - start);
        checkpoint.pass();
        start = System.nanoTime();
        int quarters = orientation.quarters(page, boxes);
        stages.record("orient", System.nanoTime() - start);
        return new FoundPage(page, quarters, boxes, this, checkpoint, stages);
    }

    /** Width in pixels of the recogniser's input; tells how long reading it takes. */
    int inputWidth(Quad box) {
        return recogniser.inputWidth(box);
    }

    TextLine read(Pyramid page, Quad box) {
        Reading reading = recogniser.read(page, box);
        return new TextLine(LookAlikes.corrected(reading.text()), reading.confidence(), box);
    }

    /** What is kept of all lines of a page, with the accents that the recogniser cannot print. */
    List<TextLine> settled(List<TextLine> lines) {
        List<TextLine> kept =
                lines.stream()
                        .filter(line -> !line.text().isBlank())
                        .filter(line -> line.confidence() >= settings.minConfidence())
                        .toList();
        return accents.map(one -> one.join().restored(kept)).orElse(kept);
    }

    /** Small print is looked at again in finer resolution: lines that grow together cannot be told apart later. */
    private List<Quad> detect(Pyramid page) {
        List<Quad> boxes = detector.detect(page, settings.longestSide());
        int longest = Math.max(page.image().width(), page.image().height());
        double[] heights =
                boxes.stream()
                        .mapToDouble(box -> Math.min(box.width(), box.height()))
                        .sorted()
                        .toArray();
        boolean small =
                heights.length > 0
                        && heights[heights.length / 2] * settings.longestSide() / longest
                                < settings.smallPrint();
        return small
                ? detector.detectAround(boxes, page, Math.min(longest, settings.finerSide()))
                : boxes;
    }
}
