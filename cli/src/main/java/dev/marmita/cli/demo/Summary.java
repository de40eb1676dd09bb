package dev.marmita.cli.demo;

import dev.marmita.cli.api.Endpoint;
import dev.marmita.cli.output.Progress;
import dev.marmita.cli.output.Table;
import dev.marmita.cli.output.Terminal;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the calls took, and how to go on by hand. */
record Summary(Terminal terminal) {
    private static final double SHOWN_MILLIS = 5;

    void print(List<Timing> timings, URI base, String token, Path sample) {
        terminal.line();
        Table table = new Table("DOCUMENT", "FIRST CALL", "", "SECOND CALL", "OF WHICH");
        for (Timing timing : timings) {
            table.row(
                    timing.document(),
                    Progress.seconds(timing.first().took()),
                    timing.cold() ? "cold start" : "awake",
                    Progress.seconds(timing.second().took()),
                    stages(timing.second().serverTiming()));
        }
        table.print(terminal);
        terminal.line();
        terminal.line("The same with curl, while the platform runs ('./marmita up' starts it):");
        terminal.line(
                "  curl -H 'Authorization: Bearer %s' -H 'Content-Type: %s' --data-binary @'%s' %sextract"
                        .formatted(token, Endpoint.contentType(sample), sample, base));
        terminal.line();
        terminal.line(terminal.good("Done."));
    }

    /** The stages that one waits for; the models' own times are parts of them. */
    private static String stages(Map<String, Double> timing) {
        return timing.entrySet().stream()
                .filter(
                        it ->
                                it.getValue() >= SHOWN_MILLIS
                                        && !it.getKey().startsWith("model.")
                                        && !it.getKey().equals("service"))
                .map(it -> String.format(Locale.ROOT, "%s %.0f", it.getKey(), it.getValue()))
                .collect(Collectors.joining(", ", "", " ms"));
    }
}
