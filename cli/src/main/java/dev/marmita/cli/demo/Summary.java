package dev.marmita.cli.demo;

import dev.marmita.cli.api.Endpoint;
import dev.marmita.cli.output.Progress;
import dev.marmita.cli.output.Table;
import dev.marmita.cli.output.Terminal;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** What the calls took, and how to go on by hand. */
record Summary(Terminal terminal) {

    void print(List<Timing> timings, URI base, String token, Path sample) {
        terminal.line();
        Table table =
                new Table("DOCUMENT", "FIRST CALL", "", "SECOND CALL", "STAGES OF THE SECOND CALL");
        for (Timing timing : timings) {
            table.row(
                    timing.document(),
                    Progress.seconds(timing.first().took()),
                    timing.cold() ? "cold start" : "awake",
                    Progress.seconds(timing.second().took()),
                    timing.second().timingText());
        }
        table.print(terminal);
        terminal.line();
        terminal.line("The same with curl, while the platform runs:");
        terminal.line(
                "  curl -H 'Authorization: Bearer %s' -H 'Content-Type: %s' --data-binary @'%s' %sextract"
                        .formatted(token, Endpoint.contentType(sample), sample, base));
        terminal.line();
        terminal.line(terminal.good("Done."));
    }
}
