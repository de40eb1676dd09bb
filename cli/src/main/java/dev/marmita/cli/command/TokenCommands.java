package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Table;
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
        description = "Makes, lists and revokes a tenant's tokens.")
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
                                    "invoke, read, deploy or admin (repeatable; default: ${DEFAULT-VALUE}).")
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
            if (json) {
                context.terminal().line(Json.pretty(token));
            } else {
                context.terminal()
                        .note(
                                "token %s of %s; it is shown only now:"
                                        .formatted(Json.text(token, "id"), tenant));
                context.terminal().line(Json.text(token, "token"));
            }
            return ExitCode.OK;
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
            if (json) {
                context.terminal().line(Json.pretty(Json.of(tokens)));
                return ExitCode.OK;
            }
            Table table =
                    new Table(
                            "ID",
                            "NAME",
                            "SCOPES",
                            "DEPLOYMENTS",
                            "CREATED",
                            "EXPIRES",
                            "REVOKED",
                            "LAST USED");
            for (JsonNode token : tokens) {
                table.row(
                        Json.text(token, "id"),
                        Json.text(token, "name"),
                        Json.joined(token.path("scopes")),
                        token.path("deployments").isEmpty()
                                ? "all"
                                : Json.joined(token.path("deployments")),
                        Times.local(Json.text(token, "createdAt")),
                        Times.local(Json.text(token, "expiresAt")),
                        Times.local(Json.text(token, "revokedAt")),
                        Times.local(Json.text(token, "lastUsedAt")));
            }
            table.print(context.terminal());
            return ExitCode.OK;
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
