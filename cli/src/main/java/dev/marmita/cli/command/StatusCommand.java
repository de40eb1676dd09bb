package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(
        mixinStandardHelpOptions = true,
        name = "status",
        description = "Shows whether the platform is well.")
final class StatusCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    StatusCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Terminal terminal = context.terminal();
        try (Api api = context.connect()) {
            JsonNode status = api.get("/status");
            if (json) {
                terminal.line(Json.pretty(status));
                return ExitCode.OK;
            }
            terminal.line(
                    "Marmita %s, role %s: %s"
                            .formatted(
                                    Json.text(status, "version"),
                                    Json.text(status, "role"),
                                    terminal.bold(Json.text(status, "state"))));
            terminal.line("  control  " + api.connection().url());
            api.connection().gateway().ifPresent(it -> terminal.line("  gateway  " + it));
            status.properties().stream()
                    .filter(it -> it.getValue().isContainer() && !it.getValue().isEmpty())
                    .forEach(it -> Details.print(terminal, it.getKey(), it.getValue()));
            return ExitCode.OK;
        }
    }
}
