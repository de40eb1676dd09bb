package dev.marmita.documents.ocr;

import dev.marmita.documents.image.PixelImage;
import dev.marmita.documents.image.Pyramid;
import dev.marmita.documents.image.Quad;
import dev.marmita.service.Model;
import dev.marmita.service.ServiceContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/** Reads pages: detect, turn, recognise the lines beside each other, order. Thread-safe. */
public final class OcrEngine {

    private static final int BUFFERS_PER_CORE = 2;

    private final ServiceContext context;
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
        this.context = context;
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

    /** Reads one page. */
    public PageText read(PixelImage image, Checkpoint checkpoint, Stages stages) {
        long start = System.nanoTime();
        Pyramid page = new Pyramid(image);
        List<Quad> boxes = detect(page);
        stages.record("detect", System.nanoTime() - start);
        checkpoint.pass();
        start = System.nanoTime();
        int quarters = orientation.quarters(page, boxes);
        stages.record("orient", System.nanoTime() - start);
        start = System.nanoTime();
        List<TextLine> read = recognise(page, boxes, quarters, checkpoint);
        List<TextLine> lines = accents.map(one -> one.join().restored(read)).orElse(read);
        stages.record("recognise", System.nanoTime() - start);
        return PageText.of(quarters, lines, image.width(), image.height());
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
        return small ? detector.detect(page, Math.min(longest, settings.finerSide())) : boxes;
    }

    private List<TextLine> recognise(
            Pyramid page, List<Quad> boxes, int quarters, Checkpoint checkpoint) {
        // Longest first, so that no core is left with a long line at the end.
        List<Quad> turned =
                boxes.stream()
                        .map(box -> box.read(quarters))
                        .sorted(Comparator.comparingInt(recogniser::inputWidth).reversed())
                        .toList();
        var lines = new AtomicReferenceArray<TextLine>(turned.size());
        List<Runnable> tasks = new ArrayList<>();
        for (int i = 0; i < turned.size(); i++) {
            int index = i;
            tasks.add(
                    () -> {
                        checkpoint.pass();
                        Quad box = turned.get(index);
                        Reading reading = recogniser.read(page, box);
                        lines.set(
                                index,
                                new TextLine(
                                        LookAlikes.corrected(reading.text()),
                                        reading.confidence(),
                                        box));
                    });
        }
        context.parallel(tasks);
        return IntStream.range(0, turned.size())
                .mapToObj(lines::get)
                .filter(line -> !line.text().isBlank())
                .filter(line -> line.confidence() >= settings.minConfidence())
                .toList();
    }
}
