package dev.marmita.documents;

import dev.marmita.documents.ocr.Checkpoint;
import dev.marmita.documents.ocr.FoundPage;
import dev.marmita.documents.ocr.OcrEngine;
import dev.marmita.documents.ocr.PageText;
import dev.marmita.documents.ocr.Stages;
import dev.marmita.documents.source.PageReader;
import dev.marmita.documents.source.SourcePage;
import dev.marmita.service.ServiceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;

/**
 * Reads the pages of a document: while the lines of one are recognised, the next is decoded and its lines
 * are found. No more than these two are in memory, and together they have no more pixels than one page may
 * have. Pages are decoded one after another, for readers are not thread-safe.
 */
final class PagesInFlight {

    private final PageReader reader;
    private final OcrEngine engine;
    private final ServiceContext context;
    private final long maxPixels;
    private final Checkpoint checkpoint;
    private final Stages stages;

    /**
     * @param maxPixels of pages that are in memory at the same time
     */
    PagesInFlight(
            PageReader reader,
            OcrEngine engine,
            ServiceContext context,
            long maxPixels,
            Checkpoint checkpoint,
            Stages stages) {
        this.reader = reader;
        this.engine = engine;
        this.context = context;
        this.maxPixels = maxPixels;
        this.checkpoint = checkpoint;
        this.stages = stages;
    }

    /** A page that is decoded; {@code found} is empty where its text layer stands for it. */
    private record Decoded(int index, SourcePage page, Optional<FoundPage> found) {

        long pixels() {
            return found.map(FoundPage::pixels).orElse(0L);
        }

        List<Runnable> tasks() {
            return found.map(FoundPage::tasks).orElse(List.of());
        }

        ReadPage read() {
            PageText text =
                    found.map(FoundPage::text)
                            .orElseGet(
                                    () ->
                                            PageText.of(
                                                    0,
                                                    page.textLayer(),
                                                    page.width(),
                                                    page.height()));
            return ReadPage.of(page, text, index + 1);
        }
    }

    /** Where several pages fail, the first of them tells why. */
    List<ReadPage> read(List<Integer> indexes) {
        List<ReadPage> pages = new ArrayList<>();
        Optional<Decoded> ahead = Optional.empty();
        for (int i = 0; i < indexes.size(); i++) {
            int index = indexes.get(i);
            Optional<Integer> next =
                    i + 1 < indexes.size() ? Optional.of(indexes.get(i + 1)) : Optional.empty();
            ahead = read(ahead.orElseGet(() -> decode(index)), next, pages);
        }
        return pages;
    }

    /** Reads a page; returns the next one decoded, where there is one and room for it. */
    private Optional<Decoded> read(Decoded page, Optional<Integer> next, List<ReadPage> pages) {
        long room = maxPixels - page.pixels();
        var ahead = new FutureTask<Optional<Decoded>>(() -> next.flatMap(one -> decode(one, room)));
        // First, for nothing takes as long; its failure is kept until this page is read.
        List<Runnable> tasks = new ArrayList<>();
        tasks.add(ahead);
        tasks.addAll(page.tasks());
        context.parallel(tasks);
        pages.add(page.read());
        if (ahead.state() == FutureTask.State.SUCCESS) {
            return ahead.resultNow();
        }
        switch (ahead.exceptionNow()) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    private Optional<Decoded> decode(int index, long room) {
        checkpoint.pass();
        return reader.pixels(index) <= room ? Optional.of(decode(index)) : Optional.empty();
    }

    private Decoded decode(int index) {
        checkpoint.pass();
        long start = System.nanoTime();
        SourcePage page = reader.read(index);
        stages.record("decode", System.nanoTime() - start);
        Optional<FoundPage> found =
                page.image().map(image -> engine.find(image, checkpoint, stages));
        return new Decoded(index, page, found);
    }
}
