package dev.marmita.cli.evaluate;

import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * How fast documents were read.
 *
 * @param first what the very first request took (a cold start, where the endpoint slept); not in the rest
 * @param wall from the first measured request to the last answer
 * @param times of the single requests, ascending
 * @param stages mean milliseconds per stage, as the endpoint says
 */
record Speed(
        Duration first,
        Duration wall,
        int pages,
        int concurrency,
        List<Duration> times,
        Map<String, Double> stages) {
    Speed {
        times = times.stream().sorted().toList();
        stages = new TreeMap<>(stages);
    }

    double pagesPerSecond() {
        return wall.isZero() ? 0 : pages / (wall.toNanos() / 1e9);
    }

    double millis(double share) {
        if (times.isEmpty()) {
            return 0;
        }
        int index = (int) Math.ceil(share * times.size()) - 1;
        return times.get(Math.clamp(index, 0, times.size() - 1)).toNanos() / 1e6;
    }

    double meanMillis() {
        return times.stream().mapToLong(Duration::toNanos).average().orElse(0) / 1e6;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "speed %.2f pages per second, %d at a time: ms per page mean %.0f  median %.0f  p95 %.0f  max %.0f",
                        pagesPerSecond(),
                        concurrency,
                        meanMillis(),
                        millis(0.5),
                        millis(0.95),
                        millis(1)));
        lines.add(
                "      first answer after "
                        + Progress.seconds(first)
                        + " (not in the figures above)");
        if (!stages.isEmpty()) {
            StringBuilder line = new StringBuilder("      stages, mean ms:");
            stages.forEach(
                    (stage, ms) -> line.append(String.format(Locale.ROOT, "  %s %.1f", stage, ms)));
            lines.add(line.toString());
        }
        return lines;
    }

    ObjectNode json() {
        ObjectNode node =
                Json.object()
                        .put("pages", pages)
                        .put("concurrency", concurrency)
                        .put("wall_seconds", wall.toNanos() / 1e9)
                        .put("pages_per_second", pagesPerSecond())
                        .put("mean_ms", meanMillis())
                        .put("median_ms", millis(0.5))
                        .put("p95_ms", millis(0.95))
                        .put("max_ms", millis(1))
                        .put("first_ms", first.toNanos() / 1e6);
        ObjectNode each = node.putObject("stages_ms");
        stages.forEach(each::put);
        return node;
    }
}
