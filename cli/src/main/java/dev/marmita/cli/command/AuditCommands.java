package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Table;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
        mixinStandardHelpOptions = true,
        name = "audit",
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows, exports and verifies who changed what and who was refused.")
final class AuditCommands {
    private final Context context;

    AuditCommands(Context context) {
        this.context = context;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "list",
            description = "Shows events, the newest first.")
    int list(
            @Option(names = "--tenant", description = "Of one tenant.") @Nullable String tenant,
            @Option(names = "--actor", description = "Id of a token or member.")
                    @Nullable String actor,
            @Option(names = "--action", description = "Or the beginning of one: token.")
                    @Nullable String action,
            @Option(names = "--resource", description = "Or the beginning of one: acme/.")
                    @Nullable String resource,
            @Option(names = "--outcome", description = "done or denied.") @Nullable String outcome,
            @Option(names = "--from", paramLabel = "TIME", description = "Not before.")
                    @Nullable String from,
            @Option(names = "--to", paramLabel = "TIME", description = "Before.")
                    @Nullable String to,
            @Option(
                            names = "--limit",
                            defaultValue = "50",
                            description = "At most so many (default: ${DEFAULT-VALUE}).")
                    int limit,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        Map<String, String> query = new LinkedHashMap<>();
        put(query, "actor", actor);
        put(query, "action", action);
        put(query, "resource", resource);
        put(query, "outcome", outcome);
        put(query, "from", from);
        put(query, "to", to);
        try (Api api = context.connect()) {
            String path = tenant == null ? "/audit" : Api.path("tenants", tenant, "audit");
            var events = api.list(path, query, Math.clamp(limit, 1, 10_000));
            if (json) {
                context.terminal().line(Json.pretty(Json.of(events)));
                return ExitCode.OK;
            }
            Table table =
                    new Table("SEQ", "AT", "WHO", "FROM", "ACTION", "RESOURCE", "OUTCOME", "TIMES");
            for (JsonNode each : events) {
                JsonNode event = each.path("event");
                String name = Json.text(event, "actor", "name");
                String id = Json.text(event, "actor", "id");
                table.row(
                        Json.text(each, "seq"),
                        Times.local(Json.text(event, "at")),
                        name.isEmpty() ? Json.text(event, "actor", "kind") + " " + id : name,
                        Json.text(event, "source"),
                        Json.text(event, "action"),
                        Json.text(event, "resource"),
                        Json.text(event, "outcome") + reason(event),
                        Json.text(event, "count"));
            }
            table.print(context.terminal());
            return ExitCode.OK;
        }
    }

    private static String reason(JsonNode event) {
        String reason = Json.text(event, "reason");
        return reason.isEmpty() ? "" : ": " + reason;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "export",
            description = "Writes all events as JSON lines, the oldest first.")
    int export(
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FILE",
                            description = "Where to; default: standard output.")
                    @Nullable Path file)
            throws IOException, InterruptedException {
        try (Api api = context.connect();
                InputStream lines = api.stream("/audit/export")) {
            if (file == null) {
                new BufferedReader(
                                new java.io.InputStreamReader(
                                        lines, java.nio.charset.StandardCharsets.UTF_8))
                        .lines()
                        .forEach(context.terminal()::line);
            } else {
                Files.copy(lines, file);
            }
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "verify",
            description = {
                "Checks that no event was changed, taken away or put in.",
                "Keep the line that it prints elsewhere; given back as --seq and --hash it shows that",
                "the whole was not written anew."
            })
    int verify(
            @Option(names = "--seq", description = "Of an end that was written down.")
                    @Nullable Long seq,
            @Option(names = "--hash", description = "Of that end.") @Nullable String hash,
            @Option(
                            names = "--file",
                            paramLabel = "FILE",
                            description = "Check an export instead of the platform.")
                    @Nullable Path file)
            throws IOException {
        if ((seq == null) != (hash == null)) {
            throw new CommandException(ExitCode.USAGE, "--seq and --hash go together");
        }
        if (file != null) {
            return told(AuditFile.check(file, seq == null ? 0 : seq, hash == null ? "" : hash));
        }
        String query =
                seq == null || hash == null ? "" : "?seq=" + seq + "&hash=" + Api.encode(hash);
        try (Api api = context.connect()) {
            JsonNode verdict = api.get("/audit/verify" + query);
            return told(
                    new AuditFile.Verdict(
                            verdict.path("events").asLong(),
                            verdict.path("seq").asLong(),
                            Json.text(verdict, "hash"),
                            Json.text(verdict, "problem")));
        }
    }

    private int told(AuditFile.Verdict verdict) {
        if (!verdict.problem().isEmpty()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "the audit is not whole after event %d: %s"
                            .formatted(verdict.seq(), verdict.problem()));
        }
        context.terminal().note("%d events, whole".formatted(verdict.events()));
        context.terminal().line("--seq %d --hash %s".formatted(verdict.seq(), verdict.hash()));
        return ExitCode.OK;
    }

    private static void put(Map<String, String> query, String key, @Nullable String value) {
        if (value != null) {
            query.put(key, value);
        }
    }
}
