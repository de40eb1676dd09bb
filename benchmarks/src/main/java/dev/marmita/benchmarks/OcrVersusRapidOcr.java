package dev.marmita.benchmarks;

import io.github.mymonstercat.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the same pages with the document service and with RapidOCR-Java on the same cores, page by page
 * in turns, so that whatever else the machine does hits both alike. The figure to quote is the ratio.
 */
public final class OcrVersusRapidOcr {

    private static final int WARM_UP = 3;
    private static final int SIDE = 960;

    private final List<Contender> contenders;
    private final Truth truth;
    private final Map<String, Tally> tallies = new LinkedHashMap<>();

    private OcrVersusRapidOcr(List<Contender> contenders, Truth truth) {
        this.contenders = contenders;
        this.truth = truth;
        contenders.forEach(contender -> tallies.put(contender.name(), new Tally()));
    }

    /**
     * @param arguments folder, [cores], [v3|v4], [pages], [JSON file]
     */
    public static void main(String[] arguments) throws IOException {
        Truth truth = new Truth(Path.of(arguments[0]));
        int cores =
                arguments.length > 1
                        ? Integer.parseInt(arguments[1])
                        : Runtime.getRuntime().availableProcessors();
        boolean third = arguments.length > 2 && arguments[2].equals("v3");
        int most = arguments.length > 3 ? Integer.parseInt(arguments[3]) : Integer.MAX_VALUE;
        Model model = third ? Model.ONNX_PPOCR_V3 : Model.ONNX_PPOCR_V4;
        List<Contender> contenders =
                List.of(
                        new MarmitaReader(cores),
                        new RapidOcrReader(model, cores, SIDE),
                        new RapidOcrReader(model, cores, 0));
        var benchmark = new OcrVersusRapidOcr(contenders, truth);
        List<Path> pages = truth.pages().stream().limit(most).toList();
        benchmark.run(pages);
        String table = benchmark.table(pages.size(), cores);
        // RapidOCR's library writes to the same stream, without a line's end.
        System.out.print(System.lineSeparator() + table);
        if (arguments.length > 4) {
            Files.writeString(
                    Path.of(arguments[4]),
                    JsonMapper.shared()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(benchmark.report(pages.size(), cores)));
        }
        contenders.forEach(Contender::close);
    }

    private void run(List<Path> pages) {
        for (Path page : pages.subList(0, Math.min(WARM_UP, pages.size()))) {
            contenders.forEach(contender -> contender.read(page));
        }
        for (int i = 0; i < pages.size(); i++) {
            Path page = pages.get(i);
            List<String> lines = truth.lines(page);
            List<Contender> turn = new ArrayList<>(contenders);
            Collections.rotate(turn, i);
            for (Contender contender : turn) {
                long start = System.nanoTime();
                List<String> read = contender.read(page);
                Tally tally = tallies.getOrDefault(contender.name(), new Tally());
                tally.add(System.nanoTime() - start, read, lines);
            }
        }
    }

    private String table(int pages, int cores) {
        StringBuilder table = new StringBuilder();
        table.append(String.format(Locale.ROOT, "%d pages, %d cores%n", pages, cores));
        table.append(
                String.format(
                        Locale.ROOT,
                        "%-18s %9s %9s %9s %9s %9s%n",
                        "",
                        "pages/s",
                        "ms/page",
                        "ratio",
                        "word F1",
                        "runs F1"));
        double own = tallies.values().iterator().next().pagesPerSecond();
        tallies.forEach(
                (name, tally) ->
                        table.append(
                                String.format(
                                        Locale.ROOT,
                                        "%-18s %9.3f %9.0f %9.2f %9.4f %9.4f%n",
                                        name,
                                        tally.pagesPerSecond(),
                                        1000 / tally.pagesPerSecond(),
                                        own / tally.pagesPerSecond(),
                                        tally.words.f1(),
                                        tally.runs.f1())));
        return table.toString();
    }

    private Map<String, Object> report(int pages, int cores) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("pages", pages);
        report.put("cores", cores);
        double own = tallies.values().iterator().next().pagesPerSecond();
        tallies.forEach(
                (name, tally) ->
                        report.put(
                                name,
                                Map.of(
                                        "pagesPerSecond", tally.pagesPerSecond(),
                                        "speedOfMarmitaOverThis", own / tally.pagesPerSecond(),
                                        "wordF1", tally.words.f1(),
                                        "runsF1", tally.runs.f1())));
        return report;
    }

    private static final class Tally {

        private final WordScore words = new WordScore(false);
        private final WordScore runs = new WordScore(true);
        private long nanos;
        private int pages;

        void add(long took, List<String> read, List<String> truth) {
            nanos += took;
            pages++;
            words.add(read, truth);
            runs.add(read, truth);
        }

        double pagesPerSecond() {
            return pages * 1e9 / nanos;
        }
    }
}
