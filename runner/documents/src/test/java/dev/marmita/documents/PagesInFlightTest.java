package dev.marmita.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.documents.image.PixelImage;
import dev.marmita.documents.ocr.OcrEngine;
import dev.marmita.documents.ocr.OcrSettings;
import dev.marmita.documents.source.ColourMode;
import dev.marmita.documents.source.Compression;
import dev.marmita.documents.source.FileFacts;
import dev.marmita.documents.source.PageReader;
import dev.marmita.documents.source.SourcePage;
import dev.marmita.documents.testing.LocalContext;
import dev.marmita.documents.testing.ModelFake;
import dev.marmita.service.BadInputException;
import dev.marmita.service.ModelFailedException;
import dev.marmita.service.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Pages of a fake document on fake models: every page has one line. */
class PagesInFlightTest {

    private static final int WIDTH = 960;
    private static final int HEIGHT = 640;
    private static final long PIXELS = (long) WIDTH * HEIGHT;

    /** "d1" for a page decoded, "r" for a line recognised. */
    private final List<String> events = new CopyOnWriteArrayList<>();

    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicInteger linesRead = new AtomicInteger();
    private Runnable beforeLine = () -> {};

    @Test
    void decodesAPageWhileLinesOfTheOneBeforeAreRead() {
        CountDownLatch second = new CountDownLatch(1);
        beforeLine = () -> await(second);
        Document document =
                new Document(2) {
                    @Override
                    public SourcePage read(int index) {
                        if (index == 1) {
                            second.countDown();
                        }
                        return super.read(index);
                    }
                };
        assertThat(read(document, 2 * PIXELS))
                .extracting(page -> page.page().number())
                .containsExactly(1, 2);
    }

    @Test
    void keepsTheOrderOfThePages() {
        List<ReadPage> pages = read(new Document(5), Long.MAX_VALUE);
        assertThat(pages).extracting(page -> page.page().number()).containsExactly(1, 2, 3, 4, 5);
        assertThat(pages).allSatisfy(page -> assertThat(page.page().lines()).hasSize(1));
        assertThat(events.stream().filter(event -> event.startsWith("d")))
                .containsExactly("d1", "d2", "d3", "d4", "d5");
    }

    @Test
    void decodesAPageAfterTheOneBeforeWhereBothTogetherAreTooLarge() {
        assertThat(read(new Document(3), 2 * PIXELS - 1)).hasSize(3);
        assertThat(events).containsExactly("d1", "r", "d2", "r", "d3", "r");
    }

    @Test
    void holdsTwoPagesAtMost() {
        read(new Document(4), Long.MAX_VALUE);
        assertThat(events.indexOf("d3")).isGreaterThan(events.indexOf("r"));
        assertThat(events.subList(0, events.indexOf("d4"))).filteredOn("r"::equals).hasSize(2);
    }

    @Test
    void reportsADamagedPageAfterThePageBefore() {
        Document document =
                new Document(3) {
                    @Override
                    public SourcePage read(int index) {
                        if (index == 1) {
                            throw new BadInputException("document", "page 2 is damaged");
                        }
                        return super.read(index);
                    }
                };
        assertThatThrownBy(() -> read(document, Long.MAX_VALUE))
                .isInstanceOf(BadInputException.class)
                .hasMessage("page 2 is damaged");
        assertThat(events).containsExactlyInAnyOrder("d1", "r");
    }

    @Test
    void reportsTheFirstPageThatFails() {
        beforeLine =
                () -> {
                    throw new ModelFailedException("line of page 1", new IllegalStateException());
                };
        Document document =
                new Document(2) {
                    @Override
                    public long pixels(int index) {
                        throw new BadInputException("document", "page 2 is damaged");
                    }
                };
        assertThatThrownBy(() -> read(document, Long.MAX_VALUE))
                .isInstanceOf(ModelFailedException.class)
                .hasMessage("line of page 1");
    }

    @Test
    void decodesNothingMoreOnceNobodyWaits() {
        beforeLine = () -> cancelled.set(true);
        assertThatThrownBy(() -> read(new Document(9), Long.MAX_VALUE))
                .isInstanceOf(CancellationException.class);
        assertThat(events).doesNotContain("d3");
        assertThat(linesRead.get()).isLessThanOrEqualTo(1);
    }

    private List<ReadPage> read(PageReader document, long maxPixels) {
        try (var context = new LocalContext(2, Map.of("RESTORE_ACCENTS", "false"))) {
            var engine =
                    new OcrEngine(
                            ModelFake.of(PagesInFlightTest::oneBox),
                            ModelFake.of(line -> new ModelFake.Output(new float[2], 1, 2)),
                            ModelFake.of(this::oneLetter),
                            Optional.of("ã"),
                            context,
                            OcrSettings.defaults());
            var pages =
                    new PagesInFlight(
                            document, engine, context, maxPixels, this::check, (name, nanos) -> {});
            return pages.read(IntStream.range(0, document.pageCount()).boxed().toList());
        }
    }

    private void check() {
        if (cancelled.get()) {
            throw new CancellationException();
        }
    }

    /** A probability map with one line of text. */
    private static ModelFake.Output oneBox(Tensor image) {
        int width = (int) image.shape()[3];
        int height = (int) image.shape()[2];
        float[] map = new float[width * height];
        for (int y = 100; y < 130; y++) {
            Arrays.fill(map, y * width + 100, y * width + 400, 0.9f);
        }
        return new ModelFake.Output(map, 1, 1, height, width);
    }

    /** The classes are the CTC blank, "ã" and the blank between words. */
    private ModelFake.Output oneLetter(Tensor line) {
        beforeLine.run();
        linesRead.incrementAndGet();
        events.add("r");
        return new ModelFake.Output(new float[] {0, 1, 0}, 1, 1, 3);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private class Document implements PageReader {

        private final int pages;

        Document(int pages) {
            this.pages = pages;
        }

        @Override
        public FileFacts facts() {
            return new FileFacts("TIFF", Optional.empty(), Map.of());
        }

        @Override
        public int pageCount() {
            return pages;
        }

        @Override
        public long pixels(int index) {
            return PIXELS;
        }

        @Override
        public SourcePage read(int index) {
            events.add("d" + (index + 1));
            return new SourcePage(
                    WIDTH,
                    HEIGHT,
                    Optional.empty(),
                    Optional.empty(),
                    ColourMode.GREY,
                    new Compression("none", Optional.of(true)),
                    1,
                    Optional.of(new PixelImage(WIDTH, HEIGHT, 1, new byte[WIDTH * HEIGHT])),
                    List.of());
        }

        @Override
        public void close() {}
    }
}
