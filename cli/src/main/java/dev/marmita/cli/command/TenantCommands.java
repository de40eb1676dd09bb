package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        mixinStandardHelpOptions = true,
        name = "tenant",
        synopsisSubcommandLabel = "COMMAND",
        description = "Makes, lists and deletes tenants.")
final class TenantCommands {
    private final Context context;

    TenantCommands(Context context) {
        this.context = context;
    }

    @Command(mixinStandardHelpOptions = true, name = "create", description = "Makes a tenant.")
    int create(
            @Parameters(paramLabel = "NAME", description = "Lower case letters, digits and '-'.")
                    String name,
            @Option(names = "--display-name", description = "What people call it.")
                    @Nullable String displayName,
            @Option(names = "--plan", description = "What it may use.") @Nullable String plan) {
        ObjectNode request = Json.object().put("name", name);
        if (displayName != null) {
            request.put("displayName", displayName);
        }
        if (plan != null) {
            request.put("plan", plan);
        }
        try (Api api = context.connect()) {
            JsonNode tenant = api.post("/tenants", request);
            context.terminal()
                    .line(
                            "tenant %s, plan %s"
                                    .formatted(
                                            Json.text(tenant, "name"), Json.text(tenant, "plan")));
            return ExitCode.OK;
        }
    }

    @Command(mixinStandardHelpOptions = true, name = "list", description = "Lists the tenants.")
    int list(@Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            List<JsonNode> tenants = api.list("/tenants");
            if (json) {
                context.terminal().line(Json.pretty(Json.of(tenants)));
                return ExitCode.OK;
            }
            Table table = new Table("NAME", "PLAN", "STATE", "CREATED", "DISPLAY NAME");
            for (JsonNode tenant : tenants) {
                table.row(
                        Json.text(tenant, "name"),
                        Json.text(tenant, "plan"),
                        Json.text(tenant, "state"),
                        Times.local(Json.text(tenant, "createdAt")),
                        Json.text(tenant, "displayName"));
            }
            table.print(context.terminal());
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "rm",
            description = "Deletes a tenant; its tokens end at once.")
    int remove(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--cascade", description = "With all its deployments.")
                    boolean cascade) {
        try (Api api = context.connect()) {
            api.delete(Api.path("tenants", name) + (cascade ? "?cascade=true" : ""));
            context.terminal().line("tenant %s is deleted".formatted(name));
            return ExitCode.OK;
        }
    }
}
