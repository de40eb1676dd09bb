package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Terminal;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        mixinStandardHelpOptions = true,
        name = "deploy",
        description = "Declares a deployment: makes it, or changes it to what the file says.")
@SuppressWarnings("NullAway.Init") // picocli sets them
final class DeployCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            description = "Its name; by default that of the file.")
    private @Nullable String name;

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "SPEC",
            description = "The specification, YAML or JSON.")
    private Path file;

    @Option(
            names = {"-t", "--tenant"},
            required = true,
            description = "Whose deployment it is.")
    private String tenant;

    @Option(names = "--dry-run", description = "Only check it.")
    private boolean dryRun;

    @Option(names = "--wait", description = "Wait until it can answer, showing what happens.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "5m",
            description = "How long to wait (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    DeployCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        EndpointName endpoint = new EndpointName(tenant, name == null ? nameOf(file) : name);
        String type = file.toString().endsWith(".json") ? "application/json" : "application/yaml";
        Terminal terminal = context.terminal();
        try (Api api = context.connect()) {
            JsonNode deployment =
                    api.put(
                            endpoint.path() + (dryRun ? "?dryRun=true" : ""),
                            type,
                            BodyPublishers.ofByteArray(Files.readAllBytes(file)));
            if (wait && !dryRun) {
                deployment = new DeploymentWatch(api, terminal, endpoint).awaitReady(timeout);
            }
            if (json) {
                terminal.line(Json.pretty(deployment));
            } else {
                terminal.line(
                        "%s %s, revision %s, %s"
                                .formatted(
                                        endpoint,
                                        dryRun ? "would be" : "is deployed",
                                        Json.text(deployment, "revision"),
                                        Json.text(deployment, "endpoint")));
            }
            return ExitCode.OK;
        }
    }

    private static String nameOf(Path file) {
        String name = file.getFileName().toString();
        int dot = name.indexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
