package dev.marmita.benchmarks.serving;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * Loads a runner for long with all that may leak. After a warm-up, memory of the last third must be that of
 * the first, every kind of request must have been answered, and nothing may be left at the end.
 */
public final class Soak {

    private static final double BAR = 1.02;

    /** Compiled code, buffers and sessions reach their size first. */
    private static final double WARM_UP_MINUTES = 3;

    private static final int SAMPLES_PER_MINUTE = 60;
    private static final List<String> NOTHING_LEFT =
            List.of(
                    "marmita_runner_open_tensors",
                    "marmita_runner_in_flight",
                    "marmita_runner_held_bytes");
    private static final List<String> GOOD = List.of("JSON", "binary", "gRPC", "service");

    private final Server server;

    private Soak(Server server) {
        this.server = server;
    }

    /**
     * @param arguments runner's home, work folder, cores, minutes, JSON file; then flags for the runner's JVM
     */
    public static void main(String[] arguments) throws Exception {
        Path work = Path.of(arguments[1]);
        int cores = Integer.parseInt(arguments[2]);
        double minutes = Double.parseDouble(arguments[3]);
        Path model = BenchModels.characters(work.resolve("characters.onnx"));
        // A heap that is there from the start: what grows is native memory.
        List<String> flags =
                new ArrayList<>(List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"));
        flags.addAll(Arrays.asList(arguments).subList(5, arguments.length));
        boolean good;
        try (Server server =
                Server.runner(
                        Path.of(arguments[0]),
                        Files.createDirectories(work.resolve("soak")),
                        model,
                        cores,
                        cores,
                        Map.of("MARMITA_MODEL_CONTROL", "explicit"),
                        flags)) {
            good = new Soak(server).run(minutes, Path.of(arguments[4]));
        }
        System.exit(good ? 0 : 1);
    }

    private boolean run(double minutes, Path file) throws Exception {
        long end = System.nanoTime() + (long) (minutes * 60e9);
        SoakLoad load = new SoakLoad(server.port(), end);
        List<Thread> threads = load.start();
        List<Long> resident = new ArrayList<>();
        while (System.nanoTime() - end < 0) {
            TimeUnit.SECONDS.sleep(60 / SAMPLES_PER_MINUTE);
            resident.add(server.residentBytes());
        }
        for (Thread thread : threads) {
            thread.join();
        }
        TimeUnit.SECONDS.sleep(2);
        return report(minutes, resident, load.outcomes(), file);
    }

    private boolean report(
            double minutes, List<Long> resident, Map<String, Long> outcomes, Path file)
            throws Exception {
        int warm = (int) Math.min(resident.size() / 2.0, WARM_UP_MINUTES * SAMPLES_PER_MINUTE);
        List<Long> counted = resident.subList(warm, resident.size());
        double first = mean(counted.subList(0, counted.size() / 3));
        double last = mean(counted.subList(counted.size() * 2 / 3, counted.size()));
        double ratio = last / first;
        Map<String, Double> left = left();
        List<String> unanswered =
                GOOD.stream()
                        .filter(what -> outcomes.getOrDefault(what + ": answered", 0L) == 0)
                        .toList();
        boolean nothingLeft = left.values().stream().allMatch(value -> value == 0);
        System.out.println("| what | value | bar | |\n|---|---|---|---|");
        row(
                String.format(
                        Locale.ROOT,
                        "resident memory, last third over first, %.0f minutes after the first %d",
                        minutes - warm / (double) SAMPLES_PER_MINUTE,
                        warm / SAMPLES_PER_MINUTE),
                String.format(
                        Locale.ROOT,
                        "%.1f MiB / %.1f MiB = **%.3f**",
                        last / (1 << 20),
                        first / (1 << 20),
                        ratio),
                "≤ " + BAR,
                ratio <= BAR);
        left.forEach((name, value) -> row(name + " at the end", value, 0, value == 0));
        row("kinds of good requests never answered", unanswered, "[]", unanswered.isEmpty());
        outcomes.forEach((what, count) -> System.out.printf("| %s | %d | | |%n", what, count));
        write(file, minutes, ratio, left, outcomes, resident);
        return ratio <= BAR && nothingLeft && unanswered.isEmpty();
    }

    private static void row(String what, Object value, Object bar, boolean met) {
        System.out.printf("| %s | %s | %s | %s |%n", what, value, bar, met ? "met" : "MISSED");
    }

    private static void write(
            Path file,
            double minutes,
            double ratio,
            Map<String, Double> left,
            Map<String, Long> outcomes,
            List<Long> resident)
            throws IOException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("at", Instant.now().toString());
        document.put("minutes", minutes);
        document.put("warmUpMinutes", WARM_UP_MINUTES);
        document.put("ratio", ratio);
        document.put("bar", BAR);
        document.put("left", left);
        document.put("outcomes", outcomes);
        List<Long> byMinute = new ArrayList<>();
        for (int from = 0; from < resident.size(); from += SAMPLES_PER_MINUTE) {
            int to = Math.min(resident.size(), from + SAMPLES_PER_MINUTE);
            byMinute.add(Math.round(mean(resident.subList(from, to))));
        }
        document.put("residentBytesByMinute", byMinute);
        Files.writeString(
                file,
                JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document));
    }

    private static double mean(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).average().orElse(0);
    }

    /** What the runner still has, by metric; a metric that is not there is not nothing. */
    private Map<String, Double> left() throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/metrics");
        String metrics;
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(uri).build();
            metrics = client.send(request, BodyHandlers.ofString()).body();
        }
        Map<String, Double> left = new LinkedHashMap<>();
        for (String name : NOTHING_LEFT) {
            left.put(
                    name,
                    metrics.lines()
                            .filter(line -> line.startsWith(name + "{"))
                            .mapToDouble(
                                    line ->
                                            Double.parseDouble(
                                                    line.substring(line.lastIndexOf(' ') + 1)))
                            .findFirst()
                            .orElse(Double.NaN));
        }
        return left;
    }
}
