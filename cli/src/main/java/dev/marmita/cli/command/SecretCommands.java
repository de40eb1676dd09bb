package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Table;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        mixinStandardHelpOptions = true,
        name = "secret",
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Gives, lists and deletes a tenant's secrets. Values go in and never come out.")
final class SecretCommands {

    /** One more than the platform takes, so that it is the platform that says what is too large. */
    private static final int MOST_BYTES = 64 * 1024 + 1;

    private final Context context;
    private final InputStream input;

    SecretCommands(Context context, InputStream input) {
        this.context = context;
        this.input = input;
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "set",
            description = {
                "Gives a secret a value: makes it, or its next version.",
                "The value comes from standard input, without its last line end, or from a file."
            })
    int set(
            @Parameters(index = "0", paramLabel = "TENANT") String tenant,
            @Parameters(index = "1", paramLabel = "NAME") String name,
            @Option(
                            names = {"-f", "--file"},
                            paramLabel = "FILE",
                            description = "Its content, byte for byte.")
                    @Nullable Path file)
            throws IOException {
        byte[] value = file == null ? fromInput() : read(file);
        try (Api api = context.connect()) {
            JsonNode secret =
                    api.put(
                            Api.path("tenants", tenant, "secrets", name),
                            "application/octet-stream",
                            BodyPublishers.ofByteArray(value));
            context.terminal()
                    .line("secret %s, version %s".formatted(name, Json.text(secret, "version")));
            return ExitCode.OK;
        } finally {
            Arrays.fill(value, (byte) 0);
        }
    }

    private static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MOST_BYTES);
        }
    }

    private byte[] fromInput() throws IOException {
        Console console = System.console();
        if (console != null && console.isTerminal()) {
            char @Nullable [] typed = console.readPassword("Value: ");
            return typed == null ? new byte[0] : new String(typed).getBytes(StandardCharsets.UTF_8);
        }
        byte[] bytes = input.readNBytes(MOST_BYTES);
        int end = bytes.length;
        if (end > 0 && bytes[end - 1] == '\n') {
            end -= end > 1 && bytes[end - 2] == '\r' ? 2 : 1;
        }
        return Arrays.copyOf(bytes, end);
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "list",
            description = "Lists a tenant's secrets and what uses them, without their values.")
    int list(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            List<JsonNode> secrets = api.list(Api.path("tenants", tenant, "secrets"));
            if (json) {
                context.terminal().line(Json.pretty(Json.of(secrets)));
                return ExitCode.OK;
            }
            Table table = new Table("NAME", "VERSION", "UPDATED", "BY", "USED BY");
            for (JsonNode secret : secrets) {
                table.row(
                        Json.text(secret, "name"),
                        Json.text(secret, "version"),
                        Times.local(Json.text(secret, "updatedAt")),
                        Json.text(secret, "updatedBy"),
                        uses(secret.path("usedBy")));
            }
            table.print(context.terminal());
            return ExitCode.OK;
        }
    }

    private static String uses(JsonNode uses) {
        return StreamSupport.stream(uses.spliterator(), false)
                .map(use -> Json.text(use, "deployment") + " (" + Json.text(use, "version") + ")")
                .collect(Collectors.joining(", "));
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "rm",
            description = "Deletes a secret that no deployment uses.")
    int remove(
            @Parameters(index = "0", paramLabel = "TENANT") String tenant,
            @Parameters(index = "1", paramLabel = "NAME") String name) {
        try (Api api = context.connect()) {
            api.delete(Api.path("tenants", tenant, "secrets", name));
            context.terminal().line("secret %s is deleted".formatted(name));
            return ExitCode.OK;
        }
    }
}
