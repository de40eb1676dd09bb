package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Digest;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.output.Progress;
import dev.marmita.cli.output.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Fetches contents; a file appears under its name only whole and with the right digest. */
record Downloads(Api api, Terminal terminal) {
    private static final int BUFFER = 1 << 20;

    Path pull(ArtifactKind kind, JsonNode version, Optional<Path> output)
            throws IOException, InterruptedException {
        String name = Json.text(version, "name");
        String number = Json.text(version, "version");
        Path target =
                output.orElseGet(
                        () ->
                                Path.of(
                                        "%s-%s%s"
                                                .formatted(
                                                        name,
                                                        number,
                                                        kind == ArtifactKind.MODEL
                                                                ? ".onnx"
                                                                : ".zip")));
        Path partial = target.resolveSibling(target.getFileName() + ".part");
        long size = version.path("size").asLong(0);
        try (Progress progress =
                Progress.start(terminal, "%s %s@%s".formatted(kind.word, name, number))) {
            MessageDigest digest = Digest.sha256();
            try (InputStream in =
                            api.stream(Api.path(kind.path, name, "versions", number, "content"));
                    OutputStream out = Files.newOutputStream(partial)) {
                copy(in, out, digest, size, progress);
            }
            String got = Digest.text(digest);
            if (!got.equals(Json.text(version, "digest"))) {
                Files.delete(partial);
                throw new CommandException(
                        "What came is not what was pushed: its digest is %s, not %s. Try again."
                                .formatted(got, Json.text(version, "digest")));
            }
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
            progress.done(Progress.size(size));
            return target;
        }
    }

    private static void copy(
            InputStream in, OutputStream out, MessageDigest digest, long size, Progress progress)
            throws IOException {
        byte[] buffer = new byte[BUFFER];
        long done = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
            out.write(buffer, 0, n);
            done += n;
            progress.bytes(done, size);
        }
    }

    static String size(JsonNode version) {
        return Progress.size(version.path("size").asLong(0));
    }
}
