package dev.marmita.benchmarks.recognition;

import dev.marmita.documents.DocumentService;
import dev.marmita.documents.testing.LocalContext;
import dev.marmita.documents.testing.OrtModel;
import dev.marmita.documents.testing.Requests;
import dev.marmita.service.Content;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Model;
import dev.marmita.service.Tensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Recognises the lines of real pages one by one and in batches, each way in turns, on one thread. The
 * figure to quote is the processor time against one by one, which other load on the machine hardly
 * changes.
 */
public final class RecognitionBatches {

    private final Model recogniser;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    private RecognitionBatches(Model recogniser) {
        this.recogniser = recogniser;
    }

    /**
     * @param arguments folder of pages, [pages], [rounds]
     */
    public static void main(String[] arguments) throws IOException {
        int pages = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 8;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        try (OrtModel recogniser = OrtModel.open(OrtModel.RECOGNISER, 1)) {
            List<List<Line>> lines = lines(recogniser, Path.of(arguments[0]), pages);
            new RecognitionBatches(recogniser).compare(lines, rounds);
        }
    }

    private void compare(List<List<Line>> pages, int rounds) {
        long[][] nanos = new long[Grouping.ALL.size()][rounds];
        for (int round = -1; round < rounds; round++) {
            for (int way = 0; way < nanos.length; way++) {
                long took = recognise(Grouping.ALL.get(way).batches(pages));
                if (round >= 0) {
                    nanos[way][round] = took;
                }
            }
        }
        int lines = pages.stream().mapToInt(List::size).sum();
        System.out.printf(
                Locale.ROOT,
                "%d pages, %d lines, %d rounds%n%-26s %9s %9s %8s%n",
                pages.size(),
                lines,
                rounds,
                "",
                "batches",
                "ms/page",
                "ratio");
        for (int way = 0; way < nanos.length; way++) {
            double[] ratios = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                ratios[round] = (double) nanos[way][round] / nanos[0][round];
            }
            Arrays.sort(ratios);
            System.out.printf(
                    Locale.ROOT,
                    "%-26s %9d %9.0f %8.3f%n",
                    Grouping.ALL.get(way).name(),
                    Grouping.ALL.get(way).batches(pages).size(),
                    Arrays.stream(nanos[way]).sum() / 1e6 / rounds / pages.size(),
                    ratios[rounds / 2]);
        }
    }

    /** Processor time of this thread, on which all of it runs. */
    private long recognise(List<List<Line>> batches) {
        long start = threads.getCurrentThreadCpuTime();
        for (List<Line> batch : batches) {
            int width = batch.getFirst().width();
            int rows = batch.getFirst().rows();
            ByteBuffer input = Tensor.allocate(batch.size() * rows * width * Float.BYTES);
            FloatBuffer pixels = input.asFloatBuffer();
            batch.forEach(line -> line.write(pixels, width));
            Tensor tensor = Tensor.of(ElementKind.FP32, input, batch.size(), 3, rows / 3, width);
            recogniser.run(tensor).close();
        }
        return threads.getCurrentThreadCpuTime() - start;
    }

    /** The lines of each page as the document service cuts them out. */
    private static List<List<Line>> lines(Model recogniser, Path folder, int most)
            throws IOException {
        List<List<Line>> lines = new ArrayList<>();
        Recorder recorder = new Recorder(recogniser);
        try (var context = new LocalContext(1, Map.of());
                var detector = OrtModel.open(OrtModel.DETECTOR, 1);
                var classifier = OrtModel.open(OrtModel.CLASSIFIER, 1);
                Stream<Path> files = Files.list(folder)) {
            var service = new DocumentService(detector, classifier, recorder, context);
            for (Path file : files.sorted().limit(most).toList()) {
                Content page = Content.of("application/octet-stream", Files.readAllBytes(file));
                var unused = service.ocr(Requests.ocr(page), Requests.context());
                lines.add(recorder.taken());
            }
        }
        return lines;
    }
}
