package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        mixinStandardHelpOptions = true,
        name = "token",
        synopsisSubcommandLabel = "COMMAND",
        description = "Makes, lists, rotates and revokes a tenant's tokens.")
final class TokenCommands {
    private final Context context;

    TokenCommands(Context context) {
        this.context = context;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "create",
            description = "Makes a token and prints it, this once.")
    int create(
            @Parameters(index = "0", paramLabel = "TENANT") String tenant,
            @Parameters(index = "1", paramLabel = "NAME", description = "What it is for.")
                    String name,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            defaultValue = "invoke",
                            split = ",",
                            description =
                                    "invoke, billing, read, deploy or admin (repeatable; default: ${DEFAULT-VALUE}).")
                    Set<String> scopes,
            @Option(
                            names = "--deployment",
                            split = ",",
                            description = "Only for this deployment (repeatable).")
                    @Nullable Set<String> deployments,
            @Option(
                            names = "--expires-in",
                            paramLabel = "TIME",
                            defaultValue = "90d",
                            description = "Like 12h or 90d, or never (default: ${DEFAULT-VALUE}).")
                    String expiresIn,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        ObjectNode request = Json.object().put("name", name);
        request.set("scopes", Json.of(scopes));
        if (deployments != null) {
            request.set("deployments", Json.of(deployments));
        }
        if (!expiresIn.equals("never")) {
            request.put("expiresIn", expiresIn);
        }
        try (Api api = context.connect()) {
            JsonNode token = api.post(Api.path("tenants", tenant, "tokens"), request);
            return Tokens.show(context.terminal(), token, tenant, json);
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "list",
            description = "Lists a tenant's tokens, without their secrets.")
    int list(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            List<JsonNode> tokens = api.list(Api.path("tenants", tenant, "tokens"));
            return Tokens.list(context.terminal(), tokens, json);
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "rotate",
            description = "Makes a new token of the same kind; the old one ends after a while.")
    int rotate(
            @Parameters(index = "0", paramLabel = "TENANT") String tenant,
            @Parameters(index = "1", paramLabel = "ID") String id,
            @Option(
                            names = "--overlap",
                            paramLabel = "TIME",
                            defaultValue = "24h",
                            description =
                                    "How long the old one works yet (default: ${DEFAULT-VALUE}).")
                    String overlap,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            JsonNode token =
                    api.post(
                            Api.path("tenants", tenant, "tokens", id, "rotate"),
                            Json.object().put("overlap", overlap));
            return Tokens.show(context.terminal(), token, tenant, json);
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "revoke",
            description = "Ends a token; it works no more within a second.")
    int revoke(
            @Parameters(index = "0", paramLabel = "TENANT") String tenant,
            @Parameters(index = "1", paramLabel = "ID") String id) {
        try (Api api = context.connect()) {
            api.delete(Api.path("tenants", tenant, "tokens", id));
            context.terminal().line("token %s is revoked".formatted(id));
            return ExitCode.OK;
        }
    }
}
