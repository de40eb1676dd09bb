package dev.marmita.benchmarks.serving;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.json.JsonMapper;

/**
 * Loads a runner for long with all that may leak: good and bad requests, callers that leave, a model that is
 * unloaded and loaded. After a warm-up, memory of the last third must be that of the first.
 */
public final class Soak {

    private static final double BAR = 1.02;
    private static final int CALLERS = 8;
    private static final int SAMPLES = 180;

    /** Compiled code, buffers and sessions reach their size first. */
    private static final double WARM_UP_MINUTES = 3;

    private final Server server;
    private final long end;
    private final byte[][] good = Calls.binary(8, "m", 1, 1, 28, 28);
    private final byte[][] json = Calls.json(4, "m", "score", 1, 1, 28, 28);
    private final Map<String, LongAdder> outcomes = new ConcurrentSkipListMap<>();

    private Soak(Server server, long end) {
        this.server = server;
        this.end = end;
    }

    /**
     * @param arguments runner's home, work folder, cores, minutes, JSON file
     */
    public static void main(String[] arguments) throws Exception {
        Path work = Path.of(arguments[1]);
        int cores = Integer.parseInt(arguments[2]);
        double minutes = Double.parseDouble(arguments[3]);
        Path model = BenchModels.characters(work.resolve("characters.onnx"));
        boolean flat;
        try (Server server =
                Server.runner(
                        Path.of(arguments[0]),
                        Files.createDirectories(work.resolve("soak")),
                        model,
                        cores,
                        cores,
                        Map.of("MARMITA_MODEL_CONTROL", "explicit"),
                        // A heap that is there from the start: what grows is native memory.
                        List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"))) {
            long end = System.nanoTime() + (long) (minutes * 60e9);
            flat = new Soak(server, end).run(minutes, Path.of(arguments[4]));
        }
        System.exit(flat ? 0 : 1);
    }

    private boolean run(double minutes, Path file) throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Random random = new Random(i);
            threads.add(Thread.ofPlatform().start(() -> call(random)));
        }
        threads.add(Thread.ofPlatform().start(this::reload));
        List<Long> resident = new ArrayList<>();
        long gap = (long) (minutes * 60e9 / SAMPLES);
        while (System.nanoTime() - end < 0) {
            TimeUnit.NANOSECONDS.sleep(gap);
            resident.add(server.residentBytes());
        }
        for (Thread thread : threads) {
            thread.join();
        }
        TimeUnit.SECONDS.sleep(2);
        return report(minutes, resident, file);
    }

    private boolean report(double minutes, List<Long> resident, Path file) throws Exception {
        String metrics = get("/metrics");
        int warm = (int) Math.min(resident.size() / 2.0, WARM_UP_MINUTES / minutes * SAMPLES);
        resident = resident.subList(warm, resident.size());
        double first = mean(resident.subList(0, resident.size() / 3));
        double last = mean(resident.subList(resident.size() * 2 / 3, resident.size()));
        double inFlight = metric(metrics, "marmita_runner_in_flight");
        double held = metric(metrics, "marmita_runner_held_bytes");
        double ratio = last / first;
        boolean good = ratio <= BAR && inFlight == 0 && held == 0;
        System.out.println("| what | value | bar | |\n|---|---|---|---|");
        System.out.printf(
                Locale.ROOT,
                "| resident memory, last third over first, %.0f minutes | %.1f MiB / %.1f MiB = **%.3f** |"
                        + " ≤ %.2f | %s |%n",
                minutes,
                last / (1 << 20),
                first / (1 << 20),
                ratio,
                BAR,
                ratio <= BAR ? "met" : "MISSED");
        System.out.printf(
                Locale.ROOT,
                "| requests in flight, bytes held, after the end | %.0f, %.0f | 0 | %s |%n",
                inFlight,
                held,
                inFlight == 0 && held == 0 ? "met" : "MISSED");
        outcomes.forEach(
                (what, count) -> System.out.printf("| %s | %d | | |%n", what, count.sum()));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("at", Instant.now().toString());
        document.put("minutes", minutes);
        document.put("ratio", ratio);
        document.put("bar", BAR);
        document.put("inFlight", inFlight);
        document.put("heldBytes", held);
        Map<String, Long> counts = new LinkedHashMap<>();
        outcomes.forEach((what, count) -> counts.put(what, count.sum()));
        document.put("outcomes", counts);
        document.put("residentBytes", resident);
        Files.writeString(
                file,
                JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document));
        return good;
    }

    private static double mean(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).average().orElse(0);
    }

    private static double metric(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private String get(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
        }
    }

    private void count(String what) {
        outcomes.computeIfAbsent(what, absent -> new LongAdder()).increment();
    }

    /** One caller; every kind of request in its turn. */
    private void call(Random random) {
        while (System.nanoTime() - end < 0) {
            try {
                switch (random.nextInt(12)) {
                    case 0 -> leave(good[0]);
                    case 1 -> send("not JSON", json("{\"inputs\":[{"));
                    case 2 -> send("wrong shape", Calls.json(1, "m", 1, 1, 28, 27)[0]);
                    case 3 -> send("unknown model", Calls.json(1, "nobody", 1, 16)[0]);
                    case 4 -> send("service", Calls.post("/name", "", new byte[0]));
                    case 5, 6 -> send("JSON", json[random.nextInt(json.length)]);
                    default -> send("binary", good[random.nextInt(good.length)]);
                }
            } catch (IOException e) {
                count("connection broke");
            }
        }
    }

    private static byte[] json(String body) {
        return Calls.request(
                "m", "Content-Type: application/json\r\n", body.getBytes(StandardCharsets.UTF_8));
    }

    /** Ten times the same, on one connection. */
    private void send(String what, byte[] request) throws IOException {
        try (Load load = new Load(server.port(), 1, new byte[][] {request})) {
            for (int i = 0; i < 10; i++) {
                Load.Result result = load.once();
                count(what + (result.errors() == 0 ? ": answered" : ": refused"));
            }
        }
    }

    /** A caller that does not wait for the answer. */
    private void leave(byte[] request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
        }
        count("left: gone");
    }

    private void reload() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (System.nanoTime() - end < -5_000_000_000L) {
                TimeUnit.SECONDS.sleep(5);
                for (String what : List.of("unload", "load")) {
                    URI uri =
                            URI.create(
                                    "http://127.0.0.1:"
                                            + server.port()
                                            + "/v2/repository/models/m/"
                                            + what);
                    int status =
                            client.send(
                                            HttpRequest.newBuilder(uri)
                                                    .POST(BodyPublishers.ofString("{}"))
                                                    .build(),
                                            BodyHandlers.discarding())
                                    .statusCode();
                    count(what + ": " + status);
                }
            }
        } catch (IOException | InterruptedException e) {
            count("reload broke");
        }
    }
}
