package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Table;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        mixinStandardHelpOptions = true,
        name = "usage",
        description = "Shows what a tenant used, and what it costs where its plan has prices.")
final class UsageCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "TENANT")
    private String tenant = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "A day like 2026-11-01 or a moment; default: the first of this month.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Without it; default: now.")
    private @Nullable String to;

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            defaultValue = "deployment",
            description =
                    "Of deployment, nodePool and one of hour, day, month, with commas between (default: ${DEFAULT-VALUE}).")
    private String by = "";

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Whose days they are, like America/Sao_Paulo; default: UTC.")
    private @Nullable String zone;

    @Option(names = "--csv", description = "Print CSV.")
    private boolean csv;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    UsageCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (Api api = context.connect()) {
            String path = Api.path("tenants", tenant, "usage") + query();
            if (csv) {
                context.terminal().line(api.getText(path, "text/csv").stripTrailing());
                return ExitCode.OK;
            }
            JsonNode usage = api.get(path);
            if (json) {
                context.terminal().line(Json.pretty(usage));
                return ExitCode.OK;
            }
            print(usage);
            return ExitCode.OK;
        }
    }

    private String query() {
        StringJoiner query = new StringJoiner("&", "?", "").add("groupBy=" + Api.encode(by));
        if (from != null) {
            query.add("from=" + Api.encode(from));
        }
        if (to != null) {
            query.add("to=" + Api.encode(to));
        }
        if (zone != null) {
            query.add("zone=" + Api.encode(zone));
        }
        return query.toString();
    }

    private void print(JsonNode usage) {
        String currency = Json.text(usage, "currency");
        Table table =
                new Table(
                        "FROM",
                        "DEPLOYMENT",
                        "POOL",
                        "REPLICA SECONDS",
                        "CPU SECONDS",
                        "GIB SECONDS",
                        currency.isEmpty() ? "PRICE" : currency);
        usage.path("items").forEach(item -> row(table, item, Json.text(item, "start")));
        row(table, usage.path("total"), "total");
        table.print(context.terminal());
    }

    private static void row(Table table, JsonNode item, String first) {
        table.row(
                first,
                Json.text(item, "deployment"),
                Json.text(item, "nodePool"),
                Json.text(item, "replicaSeconds"),
                Json.text(item, "cpuSeconds"),
                Json.text(item, "memoryGibSeconds"),
                Json.text(item, "price"));
    }
}
