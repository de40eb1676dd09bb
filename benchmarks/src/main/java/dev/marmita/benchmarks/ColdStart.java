package dev.marmita.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From the start of a runner's process to its first correct answer on a model of one node, in interleaved
 * rounds: plain, as the scheduler starts it without and with an AOT cache.
 */
public final class ColdStart {

    private static final String ASK =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[0.5]}]}";
    private static final List<String> ACCESS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    private static final String PLAIN = "plain";
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Path dist;
    private final Path work;
    private final String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private ColdStart(Path dist, Path work) {
        this.dist = dist;
        this.work = work;
    }

    /** Arguments: the runner's dist, an empty folder, rounds, and a file for JSON or nothing. */
    public static void main(String[] args) throws Exception {
        new ColdStart(Path.of(args[0]), Path.of(args[1]))
                .measure(Integer.parseInt(args[2]), args.length > 3 ? args[3] : "");
    }

    private void measure(int rounds, String json) throws Exception {
        Path cache = work.resolve("runner.aot");
        run(dist, List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:AOTCacheOutput=" + cache), "train");
        Path launch = work.resolve("train/launch.json");
        String content = Files.readString(launch);
        Files.writeString(
                launch, content.replace("\"exitAfterWarmup\":true", "\"exitAfterWarmup\":false"));
        List<String> started = new ArrayList<>(ACCESS);
        started.addAll(
                List.of(
                        "-Xmx460m",
                        "-XX:ActiveProcessorCount=2",
                        "-XX:+UseParallelGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:-UsePerfData"));
        List<String> cached = new ArrayList<>(started);
        cached.add("-XX:AOTCache=" + cache);
        Map<String, List<String>> ways = new LinkedHashMap<>();
        // ONNX Runtime unpacks its libraries where there is no folder of them beside the jars.
        Files.createDirectories(work.resolve("plain"));
        Files.createSymbolicLink(work.resolve("plain/lib"), dist.resolve("lib").toRealPath());
        ways.put(PLAIN, List.of(ACCESS.getFirst(), "-Djava.io.tmpdir=" + work));
        ways.put("as started, no cache", started);
        ways.put("as started, AOT cache", cached);
        Map<String, List<Long>> times = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, List<String>> way : ways.entrySet()) {
                times.computeIfAbsent(way.getKey(), _ -> new ArrayList<>())
                        .add(
                                once(
                                        way.getKey().equals(PLAIN) ? work.resolve(PLAIN) : dist,
                                        way.getValue(),
                                        launch));
            }
        }
        report(times, json);
    }

    private static void report(Map<String, List<Long>> times, String json) throws IOException {
        double plain = median(times.values().iterator().next());
        List<String> entries = new ArrayList<>();
        System.out.printf(
                Locale.ROOT, "%-24s %9s %9s %6s%n", "start", "median ms", "least ms", "ratio");
        times.forEach(
                (way, all) -> {
                    double median = median(all);
                    long least = all.stream().min(Long::compare).orElse(0L);
                    System.out.printf(
                            Locale.ROOT,
                            "%-24s %9.0f %9d %6.2f%n",
                            way,
                            median,
                            least,
                            median / plain);
                    entries.add(
                            String.format(
                                    Locale.ROOT,
                                    "{\"start\":\"%s\",\"medianMillis\":%.0f,\"ratio\":%.3f,\"millis\":%s}",
                                    way,
                                    median,
                                    median / plain,
                                    all));
                });
        if (!json.isEmpty()) {
            Files.writeString(Path.of(json), "[" + String.join(",\n", entries) + "]\n");
        }
    }

    private static double median(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2.0;
    }

    private void run(Path home, List<String> flags, String what) throws Exception {
        List<String> command = command(home, flags);
        command.addAll(List.of("--train", work.resolve(what).toString()));
        Process process = begin(command);
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("the training run failed: see " + work.resolve("log"));
        }
    }

    private List<String> command(Path home, List<String> flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(java));
        if (!flags.contains(ACCESS.getFirst())) {
            command.addAll(ACCESS);
        }
        command.addAll(flags);
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            String path =
                    jars.sorted()
                            .map(Path::toString)
                            .collect(Collectors.joining(File.pathSeparator));
            command.addAll(List.of("-cp", path, "dev.marmita.runner.RunnerMain"));
        }
        return command;
    }

    private Process begin(List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(work.resolve("log").toFile());
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        return builder.start();
    }

    private long once(Path home, List<String> flags, Path launch) throws Exception {
        Path port = work.resolve("train/port");
        Files.deleteIfExists(port);
        List<String> command = command(home, flags);
        command.add(launch.toString());
        long start = System.nanoTime();
        Process process = begin(command);
        try {
            while (System.nanoTime() - start < LONGEST.toNanos() && process.isAlive()) {
                if (Files.exists(port) && answers(Integer.parseInt(Files.readString(port)))) {
                    return Duration.ofNanos(System.nanoTime() - start).toMillis();
                }
                Thread.sleep(2);
            }
            throw new IOException("no answer: see " + work.resolve("log"));
        } finally {
            process.destroy();
            process.waitFor(20, TimeUnit.SECONDS);
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            String request =
                    "POST /v2/models/identity/infer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                            + "Content-Type: application/json\r\nContent-Length: "
                            + ASK.length()
                            + "\r\n\r\n"
                            + ASK;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            try (InputStream in = socket.getInputStream()) {
                String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return answer.startsWith("HTTP/1.1 200") && answer.contains("0.5");
            }
        } catch (IOException notYet) {
            return false;
        }
    }
}
