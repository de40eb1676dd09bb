package dev.marmita.cli.api;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Where the platform is and who we are to it.
 *
 * @param url of the control plane
 * @param gateway of the data plane, where it is known
 * @param token empty where there is none
 */
public record Connection(URI url, Optional<URI> gateway, String token) {

    /** Neither the environment nor a running platform says where to connect, or what it says is wrong. */
    public static final class UnknownException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownException(String message) {
            super(message);
        }
    }

    /**
     * {@code MARMITA_URL} and {@code MARMITA_TOKEN}, else what the platform of this machine has written into
     * {@code $MARMITA_HOME/connection.json}. A token alone replaces the one of that file.
     *
     * @throws UnknownException with what to do about it
     */
    public static Connection from(Map<String, String> environment) {
        String url = environment.getOrDefault("MARMITA_URL", "");
        String token = environment.getOrDefault("MARMITA_TOKEN", "");
        if (!url.isBlank()) {
            String gateway = environment.getOrDefault("MARMITA_GATEWAY_URL", "");
            return new Connection(
                    uri(url),
                    gateway.isBlank() ? Optional.empty() : Optional.of(uri(gateway)),
                    token);
        }
        Path file = home(environment).resolve("connection.json");
        if (!Files.exists(file)) {
            throw new UnknownException(
                    "No platform is running here (there is no %s).%nStart one with './marmita up', or set MARMITA_URL and MARMITA_TOKEN."
                            .formatted(file));
        }
        return read(file, token);
    }

    static Path home(Map<String, String> environment) {
        String home = environment.getOrDefault("MARMITA_HOME", "");
        return Path.of(home.isBlank() ? ".marmita" : home).toAbsolutePath();
    }

    private static Connection read(Path file, String token) {
        try {
            JsonNode node = Json.parse(Files.readAllBytes(file));
            String gateway = Json.text(node, "gatewayUrl");
            return new Connection(
                    uri(Json.text(node, "url")),
                    gateway.isEmpty() ? Optional.empty() : Optional.of(uri(gateway)),
                    token.isBlank() ? Json.text(node, "adminToken") : token);
        } catch (IOException | JacksonException broken) {
            throw new UnknownException(
                    "%s cannot be read (%s). Restart the platform, or set MARMITA_URL and MARMITA_TOKEN."
                            .formatted(file, broken.getMessage()));
        }
    }

    private static URI uri(String text) {
        String bare = text.strip().replaceAll("/+$", "");
        try {
            URI uri = URI.create(bare);
            if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // said below
        }
        throw new UnknownException(
                "'%s' is no address; it looks like http://127.0.0.1:8470".formatted(text));
    }

    @Override
    public String toString() {
        return "Connection[url=%s, gateway=%s]".formatted(url, gateway); // never the token
    }
}
