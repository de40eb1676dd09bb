package dev.marmita.cli.command;

import dev.marmita.cli.api.Answer;
import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Endpoint;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Progress;
import dev.marmita.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        mixinStandardHelpOptions = true,
        name = "invoke",
        description = "Sends a file to a deployment's endpoint and prints the answer.")
@SuppressWarnings("NullAway.Init") // picocli sets them
final class InvokeCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(index = "0", paramLabel = "TENANT/NAME")
    private EndpointName endpoint;

    @Parameters(index = "1", paramLabel = "FILE")
    private Path file;

    @Option(
            names = "--route",
            defaultValue = "extract",
            description = "The service's route (default: ${DEFAULT-VALUE}).")
    private String route;

    @Option(names = "--query", paramLabel = "K=V", description = "A query parameter (repeatable).")
    private Map<String, String> query = new LinkedHashMap<>();

    @Option(
            names = "--type",
            paramLabel = "MEDIA-TYPE",
            description = "By default by the file's suffix.")
    private @Nullable String type;

    @Option(
            names = "--token",
            description = "The tenant's token; by default one is made for this call.")
    private @Nullable String token;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the answer there.")
    private @Nullable Path output;

    InvokeCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isRegularFile(file)) {
            throw new CommandException(ExitCode.USAGE, "There is no file " + file);
        }
        try (Api api = context.connect()) {
            if (token != null) {
                print(send(api, token));
            } else {
                try (ShortLivedToken made =
                        ShortLivedToken.create(api, endpoint, "marmita invoke")) {
                    print(send(api, made.text()));
                }
            }
            return ExitCode.OK;
        }
    }

    private Answer send(Api api, String with) throws IOException, InterruptedException {
        String parameters =
                query.entrySet().stream()
                        .map(it -> Api.encode(it.getKey()) + "=" + Api.encode(it.getValue()))
                        .collect(Collectors.joining("&"));
        try (Endpoint client = new Endpoint(Endpoints.of(api, endpoint), with);
                Progress progress =
                        Progress.start(
                                context.terminal(),
                                "%s %s".formatted(endpoint, file.getFileName()))) {
            Answer answer =
                    client.post(
                            parameters.isEmpty() ? route : route + "?" + parameters,
                            file,
                            type == null ? Endpoint.contentType(file) : type);
            answer.orThrow();
            progress.done(
                    "status %d, %s"
                            .formatted(answer.status(), Progress.size(answer.body().length)));
            return answer;
        }
    }

    private void print(Answer answer) throws IOException {
        Terminal terminal = context.terminal();
        if (!answer.timingText().isEmpty()) {
            terminal.note("  " + answer.timingText());
        }
        if (output != null) {
            Files.write(output, answer.body());
            terminal.line(output.toString());
        } else if (answer.headers().firstValue("Content-Type").orElse("").contains("json")) {
            terminal.line(Json.pretty(answer.json()));
        } else {
            terminal.line(answer.text());
        }
    }
}
