package dev.marmita.cli.command;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Json;
import tools.jackson.databind.JsonNode;

/** {@code name}, {@code name:label} or {@code name@version}; a name alone means its newest version. */
record ArtifactReference(String name, String label, int version) {

    static ArtifactReference parse(String text) {
        int at = text.indexOf('@');
        if (at > 0) {
            String number = text.substring(at + 1);
            if (!number.matches("[1-9][0-9]{0,8}")) {
                throw new CommandException(
                        ExitCode.USAGE, "'%s' is not a version number".formatted(number));
            }
            return new ArtifactReference(text.substring(0, at), "", Integer.parseInt(number));
        }
        int colon = text.indexOf(':');
        return colon > 0
                ? new ArtifactReference(text.substring(0, colon), text.substring(colon + 1), 0)
                : new ArtifactReference(text, "latest", 0);
    }

    /** Asks the platform which version it is now. */
    JsonNode resolve(Api api, ArtifactKind kind) {
        int number = version;
        if (number == 0) {
            JsonNode artifact = api.get(Api.path(kind.path, name));
            number = artifact.path("labels").path(label).asInt(0);
            if (number == 0) {
                throw new CommandException(
                        ExitCode.NOT_FOUND,
                        "%s '%s' has no label '%s'; it has: %s"
                                .formatted(
                                        kind.word,
                                        name,
                                        label,
                                        Json.pairs(artifact.path("labels"))));
            }
        }
        return api.get(Api.path(kind.path, name, "versions", Integer.toString(number)));
    }
}
