package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

@Command(
        mixinStandardHelpOptions = true,
        name = "admin",
        synopsisSubcommandLabel = "COMMAND",
        description = "Makes, lists, rotates and revokes tokens of the platform's administrators.")
final class AdminCommands {
    private static final String OWNER = "the platform";

    private final Context context;

    AdminCommands(Context context) {
        this.context = context;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "create",
            description = "Makes a token of the platform and prints it, this once.")
    int create(
            @Parameters(paramLabel = "NAME", description = "Whose it is.") String name,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            defaultValue = "admin",
                            split = ",",
                            description =
                                    "admin, deploy, read or billing, in every tenant (default: ${DEFAULT-VALUE}).")
                    Set<String> scopes,
            @Option(
                            names = "--expires-in",
                            paramLabel = "TIME",
                            defaultValue = "90d",
                            description = "Like 12h or 90d, or never (default: ${DEFAULT-VALUE}).")
                    String expiresIn,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        ObjectNode request = Json.object().put("name", name);
        request.set("scopes", Json.of(scopes));
        if (!expiresIn.equals("never")) {
            request.put("expiresIn", expiresIn);
        }
        try (Api api = context.connect()) {
            return Tokens.show(context.terminal(), api.post("/tokens", request), OWNER, json);
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "list",
            description = "Lists the platform's tokens, without their secrets.")
    int list(@Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            return Tokens.list(context.terminal(), api.list("/tokens"), json);
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "rotate",
            description = "Makes a new token of the same kind; the old one ends after a while.")
    int rotate(
            @Parameters(paramLabel = "ID") String id,
            @Option(
                            names = "--overlap",
                            paramLabel = "TIME",
                            description = "How long the old one works yet (default: 24h).")
                    @Nullable String overlap,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        ObjectNode request = Json.object();
        if (overlap != null) {
            request.put("overlap", overlap);
        }
        try (Api api = context.connect()) {
            return Tokens.show(
                    context.terminal(),
                    api.post(Api.path("tokens", id, "rotate"), request),
                    OWNER,
                    json);
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "revoke",
            description = "Ends a token; the last administrator's cannot be ended.")
    int revoke(@Parameters(paramLabel = "ID") String id) {
        try (Api api = context.connect()) {
            api.delete(Api.path("tokens", id));
            context.terminal().line("token %s is revoked".formatted(id));
            return ExitCode.OK;
        }
    }
}
