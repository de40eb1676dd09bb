package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Table;
import dev.marmita.cli.output.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        mixinStandardHelpOptions = true,
        name = "deployment",
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows and changes deployments ('deploy' makes them).")
final class DeploymentCommands {
    private final Context context;

    DeploymentCommands(Context context) {
        this.context = context;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "list",
            description = "Lists deployments, of one tenant or of all.")
    int list(
            @Option(
                            names = {"-t", "--tenant"},
                            description = "Only this one's.")
                    @Nullable String tenant,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            List<String> tenants =
                    tenant != null
                            ? List.of(tenant)
                            : api.list("/tenants").stream()
                                    .map(it -> Json.text(it, "name"))
                                    .toList();
            List<JsonNode> deployments = new ArrayList<>();
            tenants.forEach(
                    it -> deployments.addAll(api.list(Api.path("tenants", it, "deployments"))));
            print(Json.of(deployments), json, DeploymentTables::deployments);
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "show",
            description = "Shows its specification, conditions and replicas.")
    int show(
            @Parameters(paramLabel = "TENANT/NAME") EndpointName endpoint,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            print(api.get(endpoint.path()), json);
            return ExitCode.OK;
        }
    }

    @Command(mixinStandardHelpOptions = true, name = "rm", description = "Takes it down.")
    int remove(@Parameters(paramLabel = "TENANT/NAME") EndpointName endpoint) {
        try (Api api = context.connect()) {
            api.delete(endpoint.path());
            context.terminal().line(endpoint + " is taken down");
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "revisions",
            description = "Lists its revisions, or shows one.")
    int revisions(
            @Parameters(index = "0", paramLabel = "TENANT/NAME") EndpointName endpoint,
            @Parameters(index = "1", paramLabel = "REVISION", arity = "0..1")
                    @Nullable Integer number,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            if (number != null) {
                print(api.get(endpoint.path() + "/revisions/" + number), json);
                return ExitCode.OK;
            }
            List<JsonNode> revisions = api.list(endpoint.path() + "/revisions");
            print(Json.of(revisions), json, DeploymentTables::revisions);
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "diff",
            description = "Shows what changed from one revision to another.")
    int diff(
            @Parameters(index = "0", paramLabel = "TENANT/NAME") EndpointName endpoint,
            @Parameters(index = "1", paramLabel = "FROM") int from,
            @Parameters(index = "2", paramLabel = "TO") int to,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            JsonNode diff =
                    api.get("%s/revisions/%d/diff?to=%d".formatted(endpoint.path(), from, to));
            if (json) {
                context.terminal().line(Json.pretty(diff));
            } else {
                new RevisionDiff(context.terminal()).print(diff);
            }
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "rollback",
            description = "Makes an earlier revision the newest one again.")
    int rollback(
            @Parameters(index = "0", paramLabel = "TENANT/NAME") EndpointName endpoint,
            @Parameters(index = "1", paramLabel = "REVISION") int revision) {
        ObjectNode request = Json.object().put("revision", revision);
        try (Api api = context.connect()) {
            JsonNode deployment = api.post(endpoint.path() + "/rollback", request);
            context.terminal()
                    .line(
                            "%s is back at revision %d, as revision %s"
                                    .formatted(
                                            endpoint, revision, Json.text(deployment, "revision")));
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "replicas",
            description = "Lists its running replicas.")
    int replicas(
            @Parameters(paramLabel = "TENANT/NAME") EndpointName endpoint,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            JsonNode replicas = api.get(endpoint.path() + "/replicas").path("items");
            print(replicas, json, DeploymentTables::replicas);
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "events",
            description = "Lists what happened to it lately.")
    int events(
            @Parameters(paramLabel = "TENANT/NAME") EndpointName endpoint,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            JsonNode events = api.get(endpoint.path() + "/events").path("items");
            print(events, json, DeploymentTables::events);
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "logs",
            description = "Prints the last lines that its replicas wrote.")
    int logs(
            @Parameters(paramLabel = "TENANT/NAME") EndpointName endpoint,
            @Option(names = "--replica", description = "Only this one's.") @Nullable String replica,
            @Option(
                            names = "--tail",
                            paramLabel = "LINES",
                            defaultValue = "200",
                            description = "How many (default: ${DEFAULT-VALUE}).")
                    int tail) {
        String path =
                endpoint.path()
                        + "/logs?tail="
                        + tail
                        + (replica == null ? "" : "&replica=" + Api.encode(replica));
        try (Api api = context.connect()) {
            api.getText(path).lines().forEach(context.terminal()::line);
            return ExitCode.OK;
        }
    }

    private void print(JsonNode node, boolean json) {
        Terminal terminal = context.terminal();
        if (json) {
            terminal.line(Json.pretty(node));
        } else {
            Details.print(terminal, node);
        }
    }

    private void print(JsonNode list, boolean json, Function<Iterable<JsonNode>, Table> table) {
        if (json) {
            context.terminal().line(Json.pretty(list));
        } else {
            table.apply(list).print(context.terminal());
        }
    }
}
