package dev.marmita.benchmarks.wake;

import dev.marmita.scheduler.compute.StartListener.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Wakes the document service up, with a process of its own and with one that waited, and opens its sessions
 * alone, in turns.
 */
public final class WakeUps {

    private static final double BAR = 1.3;
    private static final List<String> STAGES = List.of("fetch", "launch", "open");

    private WakeUps() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path runnerHome = Path.of(args[0]);
        Artifacts artifacts = new Artifacts(Path.of(args[1]));
        int rounds = Integer.parseInt(args[2]);
        Path work = Files.createTempDirectory("wake");
        List<Wake.Result> cold = new ArrayList<>();
        List<Wake.Result> warm = new ArrayList<>();
        List<Double> sessions = new ArrayList<>();
        Path graphs = work.resolve("warm/optimised/" + Wake.ENDPOINT.tenant());
        try (Wake plain = new Wake(work.resolve("cold"), runnerHome, artifacts, 0);
                Wake pooled = new Wake(work.resolve("warm"), runnerHome, artifacts, 1)) {
            // The first wake-ups optimise graphs, and tell the pool which size to wait for.
            plain.up();
            pooled.up();
            for (int i = 0; i < rounds; i++) {
                pooled.awaitWaitingRunner();
                Thread.sleep(500);
                warm.add(pooled.up());
                pooled.awaitWaitingRunner();
                sessions.add(
                        OpenedSessions.open(graphs, Wake.RESOURCES.cores() / Wake.CONCURRENCY));
                cold.add(plain.up());
            }
            System.out.println("in force: " + String.join("; ", pooled.isolation()));
        }
        if (warm.stream().anyMatch(one -> one.kind() != Kind.WARM)) {
            throw new IOException("a wake-up that was to be warm was not");
        }
        print(cold, warm, sessions, args.length > 3 ? Path.of(args[3]) : null);
    }

    private static void print(
            List<Wake.Result> cold,
            List<Wake.Result> warm,
            List<Double> sessions,
            @Nullable Path json) {
        double opening = median(sessions);
        double coldMillis = median(cold.stream().map(Wake.Result::millis).toList());
        double warmMillis = median(warm.stream().map(Wake.Result::millis).toList());
        System.out.printf(
                Locale.ROOT,
                "%-34s %8s %8s %8s %8s %10s%n",
                "median of " + warm.size() + ", ms",
                "total",
                "fetch",
                "launch",
                "open",
                "÷ sessions");
        row("opening the sessions alone", List.of(), opening, opening);
        row("wake-up, a runner waited", warm, warmMillis, opening);
        row("wake-up, a process of its own", cold, coldMillis, opening);
        double own = median(warm.stream().map(one -> one.millis() / one.sessionsMillis()).toList());
        System.out.printf(
                Locale.ROOT,
                "a waiting runner: %.2f × opening its sessions in the same wake-up (bar: ≤ %.1f),%n"
                        + "  %.2f × opening them alone, %.2f × a process of its own%n",
                own,
                BAR,
                warmMillis / opening,
                warmMillis / coldMillis);
        if (json != null) {
            ObjectMapper mapper = JsonMapper.builder().build();
            ObjectNode all = mapper.createObjectNode();
            all.put("rounds", warm.size());
            all.put("sessionsMillis", opening);
            all.put("warmMillis", warmMillis);
            all.put("coldMillis", coldMillis);
            all.put("warmToOwnSessions", own);
            all.put("warmToSessionsAlone", warmMillis / opening);
            all.put("bar", BAR);
            mapper.writeValue(json, all);
        }
    }

    private static void row(String what, List<Wake.Result> results, double total, double opening) {
        System.out.printf(Locale.ROOT, "%-34s %8.0f", what, total);
        for (String stage : STAGES) {
            List<Double> millis = results.stream().map(one -> millis(one, stage)).toList();
            System.out.printf(
                    Locale.ROOT, " %8s", millis.isEmpty() ? "" : Math.round(median(millis)));
        }
        System.out.printf(Locale.ROOT, " %10.2f%n", total / opening);
    }

    private static double millis(Wake.Result result, String stage) {
        return result.stages().getOrDefault(stage, Duration.ZERO).toNanos() / 1e6;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
