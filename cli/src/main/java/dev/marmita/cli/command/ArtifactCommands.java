package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Table;
import dev.marmita.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is the same for models and services. */
@Command(mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND")
final class ArtifactCommands {
    private final Context context;
    private final ArtifactKind kind;

    ArtifactCommands(Context context, ArtifactKind kind) {
        this.context = context;
        this.kind = kind;
    }

    @Command(mixinStandardHelpOptions = true, name = "list", description = "Lists them.")
    int list(
            @Option(
                            names = "--search",
                            paramLabel = "TEXT",
                            description = "Only those with this text.")
                    @Nullable String text,
            @Option(names = "--label", description = "Only those with this label.")
                    @Nullable String label,
            @Option(names = "--tag", paramLabel = "K=V", description = "Only those with this tag.")
                    @Nullable String tag,
            @Option(names = "--limit", defaultValue = "1000", description = "At most so many.")
                    int limit,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        Map<String, String> query = new LinkedHashMap<>();
        Optional.ofNullable(text).ifPresent(it -> query.put("q", it));
        Optional.ofNullable(label).ifPresent(it -> query.put("label", it));
        Optional.ofNullable(tag).ifPresent(it -> query.put("tag", it));
        try (Api api = context.connect()) {
            List<JsonNode> items = api.list(Api.path(kind.path), query, limit);
            if (json) {
                context.terminal().line(Json.pretty(Json.of(items)));
                return ExitCode.OK;
            }
            Table table = new Table("NAME", "LATEST", "LABELS", "TAGS", "UPDATED", "DESCRIPTION");
            for (JsonNode item : items) {
                table.row(
                        Json.text(item, "name"),
                        Json.text(item, "labels", "latest"),
                        Json.pairs(item.path("labels")),
                        Json.pairs(item.path("tags")),
                        Times.local(Json.text(item, "updatedAt")),
                        Json.text(item, "description"));
            }
            table.print(context.terminal());
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "versions",
            description = "Lists the versions of one.")
    int versions(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            List<JsonNode> items = api.list(Api.path(kind.path, name, "versions"));
            if (json) {
                context.terminal().line(Json.pretty(Json.of(items)));
                return ExitCode.OK;
            }
            Table table = new Table("VERSION", "LABELS", "SIZE", "DIGEST", "CREATED", "BY", "TAGS");
            for (JsonNode item : items) {
                table.row(
                        Json.text(item, "version"),
                        Json.joined(item.path("labels")),
                        Downloads.size(item),
                        shortDigest(Json.text(item, "digest")),
                        Times.local(Json.text(item, "createdAt")),
                        Json.text(item, "createdBy"),
                        Json.pairs(item.path("tags")));
            }
            table.print(context.terminal());
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "show",
            description = "Shows one version: NAME, NAME:LABEL or NAME@VERSION.")
    int show(
            @Parameters(paramLabel = "REFERENCE") String reference,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            JsonNode version = ArtifactReference.parse(reference).resolve(api, kind);
            if (json) {
                context.terminal().line(Json.pretty(version));
            } else {
                Details.print(context.terminal(), version);
            }
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "label",
            description =
                    "Lists the labels of NAME, or moves one to VERSION, or shows or removes one.")
    int label(
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(index = "1", paramLabel = "LABEL", arity = "0..1") @Nullable String label,
            @Parameters(index = "2", paramLabel = "VERSION", arity = "0..1")
                    @Nullable Integer version,
            @Option(
                            names = "--expected",
                            paramLabel = "VERSION",
                            description =
                                    "Move only if it points here now; 0: only if it is not set.")
                    @Nullable Integer expected,
            @Option(names = "--history", description = "Show where it has pointed to.")
                    boolean history,
            @Option(names = "--delete", description = "Remove it.") boolean delete,
            @Option(names = "--json", description = "Print JSON.") boolean json) {
        try (Api api = context.connect()) {
            Labels labels = new Labels(api, context.terminal(), kind, name);
            if (label == null) {
                labels.list(json);
            } else if (history) {
                labels.history(label, json);
            } else if (delete) {
                labels.delete(label);
            } else if (version == null) {
                throw new CommandException(
                        ExitCode.USAGE, "Say which version '%s' shall point to.".formatted(label));
            } else {
                labels.move(label, version, Optional.ofNullable(expected));
            }
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "pull",
            description = "Downloads a version and checks its digest.")
    int pull(
            @Parameters(paramLabel = "REFERENCE") String reference,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FILE",
                            description = "Where to; by default NAME-VERSION here.")
                    @Nullable Path output)
            throws IOException, InterruptedException {
        try (Api api = context.connect()) {
            JsonNode version = ArtifactReference.parse(reference).resolve(api, kind);
            Path file =
                    new Downloads(api, context.terminal())
                            .pull(kind, version, Optional.ofNullable(output));
            context.terminal().line(file.toString());
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "rm",
            description = "Deletes NAME with all its versions; refused while something uses them.")
    int remove(@Parameters(paramLabel = "NAME") String name) {
        try (Api api = context.connect()) {
            api.delete(Api.path(kind.path, name));
            context.terminal().line("%s %s is deleted".formatted(kind.word, name));
            return ExitCode.OK;
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            name = "tag",
            description = "Sets the tags of NAME; K= removes one.")
    int tag(
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(index = "1..*", paramLabel = "K=V", arity = "1..*")
                    Map<String, String> changes) {
        try (Api api = context.connect()) {
            String path = Api.path(kind.path, name);
            ObjectNode tags = Json.object();
            api.get(path)
                    .path("tags")
                    .properties()
                    .forEach(it -> tags.set(it.getKey(), it.getValue()));
            changes.forEach(
                    (key, value) -> {
                        if (value == null || value.isEmpty()) {
                            tags.remove(key);
                        } else {
                            tags.put(key, value);
                        }
                    });
            ObjectNode patch = Json.object();
            patch.set("tags", tags);
            JsonNode after = api.patch(path, patch);
            context.terminal().line(Json.pairs(after.path("tags")));
            return ExitCode.OK;
        }
    }

    static void printVersion(Terminal terminal, JsonNode version) {
        terminal.line(
                "%s@%s %s"
                        .formatted(
                                Json.text(version, "name"),
                                Json.text(version, "version"),
                                Json.text(version, "digest")));
    }

    private static String shortDigest(String digest) {
        return digest.length() > 19 ? digest.substring(0, 19) : digest;
    }
}
