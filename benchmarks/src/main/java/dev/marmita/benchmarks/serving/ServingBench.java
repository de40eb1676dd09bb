package dev.marmita.benchmarks.serving;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Measures the runner beside others, in rounds that take turns. This process only sends requests; every
 * server has one of its own.
 */
public final class ServingBench {

    private final Path runner;
    private final Path djl;
    private final Path work;
    private final int cores;
    private final int rounds;
    private final double seconds;
    private final Report report = new Report();
    private int folders;

    private ServingBench(Path runner, Path djl, Path work, int cores, int rounds, double seconds) {
        this.runner = runner;
        this.djl = djl;
        this.work = work;
        this.cores = cores;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /**
     * @param arguments what (all, tiny, json, batching, detector, latency), runner's home, DJL's home,
     *     work folder, cores, rounds, seconds of a round, JSON file
     */
    public static void main(String[] arguments) throws Exception {
        ServingBench bench =
                new ServingBench(
                        Path.of(arguments[1]),
                        Path.of(arguments[2]),
                        Path.of(arguments[3]),
                        Integer.parseInt(arguments[4]),
                        Integer.parseInt(arguments[5]),
                        Double.parseDouble(arguments[6]));
        Report.head();
        for (String what : arguments[0].split(",")) {
            bench.run(what);
        }
        bench.report.write(Path.of(arguments[7]));
    }

    private void run(String what) throws Exception {
        switch (what) {
            case "tiny" -> tiny();
            case "json" -> json();
            case "batching" -> batching();
            case "detector" -> detector();
            case "latency" -> latency();
            case "all" -> {
                for (String one : List.of("tiny", "json", "batching", "latency", "detector")) {
                    run(one);
                }
            }
            default -> throw new IllegalArgumentException("there is no benchmark '" + what + "'");
        }
    }

    /** Something whose speed is compared. */
    private interface Contender {
        double perSecond(double seconds) throws IOException;

        double cpuSeconds();
    }

    private Path folder() throws IOException {
        return Files.createDirectories(work.resolve("run-" + folders++));
    }

    private Server ours(Path model, int concurrency, Map<String, String> env) throws Exception {
        return Server.runner(runner, folder(), model, cores, concurrency, env);
    }

    private void compare(String what, String unit, Contender ours, Contender other, double bar)
            throws IOException {
        ours.perSecond(2 * seconds);
        other.perSecond(2 * seconds);
        List<Double> mine = new ArrayList<>();
        List<Double> others = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        List<Double> perCpu = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            double oneCpu = ours.cpuSeconds();
            double one = ours.perSecond(seconds);
            oneCpu = ours.cpuSeconds() - oneCpu;
            double twoCpu = other.cpuSeconds();
            double two = other.perSecond(seconds);
            twoCpu = other.cpuSeconds() - twoCpu;
            mine.add(one);
            others.add(two);
            ratios.add(one / two);
            perCpu.add(one / oneCpu / (two / twoCpu));
        }
        report.add(what, Report.median(mine), Report.median(others), unit, ratios, bar, true);
        report.note("per second of processor time", perCpu);
    }

    private static Contender load(Server server, Load load) {
        return new Contender() {
            @Override
            public double perSecond(double seconds) throws IOException {
                Load.Result result = load.closed(seconds);
                if (result.errors() > 0) {
                    throw new IOException(result.errors() + " of " + result.requests() + " failed");
                }
                return result.perSecond();
            }

            @Override
            public double cpuSeconds() {
                return server.cpuSeconds();
            }
        };
    }

    private static Contender bare(Process process, BufferedReader lines, PrintWriter out) {
        return new Contender() {
            @Override
            public double perSecond(double seconds) throws IOException {
                out.println(seconds);
                return Double.parseDouble(java.util.Objects.requireNonNull(lines.readLine()));
            }

            @Override
            public double cpuSeconds() {
                return process.info()
                        .totalCpuDuration()
                        .map(used -> used.toNanos() / 1e9)
                        .orElse(0.0);
            }
        };
    }

    private void tiny() throws Exception {
        Path model = BenchModels.tiny(work.resolve("tiny.onnx"));
        byte[][] calls = Calls.json(16, "m", 1, 16);
        try (Server mine = ours(model, cores, Map.of());
                Server other = Server.djl(djl, folder(), model, cores);
                Load one = new Load(mine.port(), 32, calls);
                Load two = new Load(other.port(), 32, calls)) {
            compare(
                    "tiny model, JSON, 32 connections, DJL Serving",
                    "/s",
                    load(mine, one),
                    load(other, two),
                    2);
        }
    }

    private void json() throws Exception {
        Path model = BenchModels.means(work.resolve("means.onnx"));
        byte[][] calls = Calls.json(4, "m", 1, 3, 224, 224);
        try (Server mine = ours(model, cores, Map.of());
                Server other = Server.djl(djl, folder(), model, cores);
                Load one = new Load(mine.port(), 8, calls);
                Load two = new Load(other.port(), 8, calls)) {
            compare(
                    "JSON tensors 1×3×224×224, 8 connections, DJL Serving",
                    "/s",
                    load(mine, one),
                    load(other, two),
                    2);
        }
    }

    private void batching() throws Exception {
        Path model = BenchModels.characters(work.resolve("characters.onnx"));
        byte[][] calls = Calls.binary(16, "m", 1, 1, 28, 28);
        try (Server on = ours(model, cores, Map.of());
                Server off = ours(model, cores, Map.of("MARMITA_BATCH", "off"))) {
            try (Load one = new Load(on.port(), 64, calls);
                    Load two = new Load(off.port(), 64, calls)) {
                compare(
                        "characters, 64 connections, batching on over off",
                        "/s",
                        load(on, one),
                        load(off, two),
                        2);
            }
            try (Load one = new Load(on.port(), 1, calls);
                    Load two = new Load(off.port(), 1, calls)) {
                compare(
                        "characters, 1 connection, batching on over off",
                        "/s",
                        load(on, one),
                        load(off, two),
                        0.97);
            }
        }
    }

    private void latency() throws Exception {
        Path model = BenchModels.characters(work.resolve("characters.onnx"));
        byte[][] calls = Calls.binary(16, "m", 1, 1, 28, 28);
        try (Server server = ours(model, cores, Map.of());
                Load load = new Load(server.port(), 64, calls)) {
            load.closed(2 * seconds);
            double saturation = load.closed(seconds).perSecond();
            load.paced(seconds, saturation / 2);
            List<Double> ratios = new ArrayList<>();
            List<Double> p50 = new ArrayList<>();
            List<Double> p99 = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                Load.Result result = load.paced(seconds, saturation / 2);
                p50.add(result.millis(50));
                p99.add(result.millis(99));
                ratios.add(result.millis(99) / result.millis(50));
            }
            report.add(
                    "characters at half of saturation, p99 over p50",
                    Report.median(p99),
                    Report.median(p50),
                    "ms",
                    ratios,
                    3,
                    false);
        }
    }

    private void detector() throws Exception {
        Path model = work.resolve("detector.onnx");
        try (var in =
                ServingBench.class.getResourceAsStream("/models/ch_PP-OCRv4_det_infer.onnx")) {
            Files.copy(java.util.Objects.requireNonNull(in, "the detector"), model);
        }
        byte[][] calls = Calls.binary(2, "m", 1, 3, 640, 640);
        for (int concurrency = 1;
                concurrency <= cores;
                concurrency = nextConcurrency(concurrency)) {
            int threads = Math.max(1, cores / concurrency);
            List<String> command = Server.java();
            command.addAll(
                    List.of(
                            "-cp",
                            System.getProperty("java.class.path"),
                            BareLoop.class.getName(),
                            model.toString(),
                            Integer.toString(concurrency),
                            Integer.toString(threads),
                            "0",
                            "1,3,640,640"));
            Process bare =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            try (Server server = ours(model, concurrency, Map.of());
                    Load load = new Load(server.port(), 2 * concurrency, calls);
                    var lines =
                            new BufferedReader(
                                    new InputStreamReader(
                                            bare.getInputStream(), StandardCharsets.UTF_8));
                    var out =
                            new PrintWriter(
                                    new OutputStreamWriter(
                                            bare.getOutputStream(), StandardCharsets.UTF_8),
                                    true)) {
                compileAll(server, concurrency);
                compare(
                        "detector 640×640, binary, over a bare loop of "
                                + concurrency
                                + " × "
                                + threads
                                + " threads",
                        "/s",
                        load(server, load),
                        bare(bare, lines, out),
                        0.95);
            } finally {
                bare.destroyForcibly();
            }
        }
    }

    /** The server's code is compiled after some thousand requests: with small pictures that is soon. */
    private void compileAll(Server server, int concurrency) throws IOException {
        byte[][] small = Calls.binary(2, "m", 1, 3, 32, 32);
        try (Load load = new Load(server.port(), 2 * concurrency, small)) {
            load.closed(3 * seconds);
        }
    }

    private int nextConcurrency(int concurrency) {
        return concurrency < cores ? cores : cores + 1;
    }
}
