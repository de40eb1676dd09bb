package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.ApiException;
import dev.marmita.cli.api.Digest;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.api.Uploads;
import dev.marmita.cli.output.Progress;
import dev.marmita.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes a file a version of a model or service. Doing it again changes nothing. */
public final class Publisher {
    private final Api api;
    private final Terminal terminal;

    public Publisher(Api api, Terminal terminal) {
        this.api = api;
        this.terminal = terminal;
    }

    /** What is said about a new version. */
    public record Details(
            String description,
            Map<String, String> tags,
            Map<String, String> metadata,
            Map<String, String> provenance,
            List<String> labels) {
        public static final Details NONE = new Details("", Map.of(), Map.of(), Map.of(), List.of());
    }

    /** @return the version */
    public JsonNode publish(ArtifactKind kind, String name, Path file, Details details)
            throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CommandException(ExitCode.USAGE, "There is no file " + file);
        }
        try (Progress progress = Progress.start(terminal, "%s %s".formatted(kind.word, name))) {
            progress.phase("reading " + file.getFileName());
            String digest = Digest.of(file, progress::bytes);
            progress.phase("sending");
            boolean sent = new Uploads(api).send(file, digest, progress::bytes);
            progress.phase("checking");
            ObjectNode draft = Json.object().put("digest", digest);
            draft.set("metadata", Json.of(details.metadata()));
            draft.set("tags", Json.of(details.tags()));
            draft.set("provenance", Json.of(details.provenance()));
            draft.set("labels", Json.of(details.labels()));
            JsonNode version = version(kind, name, details.description(), draft);
            progress.done(
                    "version %s, %s%s"
                            .formatted(
                                    Json.text(version, "version"),
                                    Progress.size(Files.size(file)),
                                    sent ? "" : ", content was there already"));
            return version;
        }
    }

    /** The first version of a new model may be refused: then the model goes again. */
    private JsonNode version(ArtifactKind kind, String name, String description, ObjectNode draft) {
        boolean made = create(kind, name, description);
        try {
            return api.post(Api.path(kind.path, name, "versions"), draft);
        } catch (ApiException refused) {
            if (made) {
                api.delete(Api.path(kind.path, name));
            }
            throw refused;
        }
    }

    /** @return false where it is there already */
    private boolean create(ArtifactKind kind, String name, String description) {
        try {
            api.post(
                    Api.path(kind.path),
                    Json.object().put("name", name).put("description", description));
            return true;
        } catch (ApiException refused) {
            if (refused.problem().status() != 409) {
                throw refused;
            }
            return false;
        }
    }
}
