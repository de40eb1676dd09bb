package dev.marmita.documents.ocr;

import dev.marmita.documents.image.PixelImage;
import dev.marmita.documents.image.Pyramid;
import dev.marmita.documents.image.Quad;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/** A page whose lines are found and still to be read; it holds the page's pixels. */
public final class FoundPage {

    private final Pyramid page;
    private final int quarters;
    private final List<Quad> boxes;
    private final OcrEngine engine;
    private final Checkpoint checkpoint;
    private final Stages stages;
    private final AtomicReferenceArray<TextLine> lines;
    private final AtomicLong begun = new AtomicLong();
    private final AtomicInteger left;

    FoundPage(
            Pyramid page,
            int quarters,
            List<Quad> boxes,
            OcrEngine engine,
            Checkpoint checkpoint,
            Stages stages) {
        this.page = page;
        this.quarters = quarters;
        // Longest first, so that no core is left with a long line at the end.
        this.boxes =
                boxes.stream()
                        .map(box -> box.read(quarters))
                        .sorted(Comparator.comparingInt(engine::inputWidth).reversed())
                        .toList();
        this.engine = engine;
        this.checkpoint = checkpoint;
        this.stages = stages;
        this.lines = new AtomicReferenceArray<>(boxes.size());
        this.left = new AtomicInteger(boxes.size());
    }

    /** Pixels that it keeps in memory. */
    public long pixels() {
        PixelImage image = page.image();
        return (long) image.width() * image.height();
    }

    /** The reading of its lines, one by one; each to be run once, beside each other. */
    public List<Runnable> tasks() {
        List<Runnable> tasks = new ArrayList<>();
        for (int i = 0; i < boxes.size(); i++) {
            int index = i;
            tasks.add(() -> read(index));
        }
        return tasks;
    }

    /** Its text, once all tasks have ended well. */
    public PageText text() {
        List<TextLine> read = IntStream.range(0, lines.length()).mapToObj(lines::get).toList();
        long start = System.nanoTime();
        List<TextLine> settled = engine.settled(read);
        stages.record("recognise", System.nanoTime() - start);
        return PageText.of(quarters, settled, page.image().width(), page.image().height());
    }

    private void read(int index) {
        checkpoint.pass();
        begun.compareAndSet(0, System.nanoTime());
        lines.set(index, engine.read(page, boxes.get(index)));
        if (left.decrementAndGet() == 0) {
            stages.record("recognise", System.nanoTime() - begun.get());
        }
    }
}
