package dev.marmita.benchmarks.serving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What was measured against which bar: a table for people, JSON for programs. */
final class Report {

    private final List<Map<String, Object>> rows = new ArrayList<>();

    /**
     * A ratio.
     *
     * @param ratios of the rounds, ours over the other; the median counts
     * @param atLeast whether the bar is a lower bound
     */
    void add(
            String what,
            double ours,
            double other,
            String unit,
            List<Double> ratios,
            double bar,
            boolean atLeast) {
        double ratio = median(ratios);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("what", what);
        row.put("ours", ours);
        row.put("other", other);
        row.put("unit", unit);
        row.put("ratio", ratio);
        row.put("rounds", ratios);
        row.put("bar", bar);
        row.put("met", atLeast ? ratio >= bar : ratio <= bar);
        rows.add(row);
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f %s | %.1f %s | **%.2f** (%.2f–%.2f) | %s %.2f | %s |%n",
                what,
                ours,
                unit,
                other,
                unit,
                ratio,
                ratios.stream().mapToDouble(Double::doubleValue).min().orElse(0),
                ratios.stream().mapToDouble(Double::doubleValue).max().orElse(0),
                atLeast ? "≥" : "≤",
                bar,
                (atLeast ? ratio >= bar : ratio <= bar) ? "met" : "MISSED");
    }

    /** The same ratio in another measure, with the last row. */
    void note(String measure, List<Double> ratios) {
        rows.getLast().put(measure, median(ratios));
        System.out.printf(Locale.ROOT, "| – %s | | | %.2f | | |%n", measure, median(ratios));
    }

    static void head() {
        System.out.println("| what | ours | other | ratio (rounds) | bar | |");
        System.out.println("|---|---|---|---|---|---|");
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    void write(Path file) throws IOException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("at", java.time.Instant.now().toString());
        document.put("java", System.getProperty("java.version"));
        document.put("processors", Runtime.getRuntime().availableProcessors());
        document.put("load", load());
        document.put("results", rows);
        Files.writeString(
                file,
                JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document));
    }

    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }
}
