package dev.marmita.cli.api;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** A deployment's endpoint as its clients see it. Requests are sent once. Thread-safe. */
public final class Endpoint implements AutoCloseable {
    /** A cold start on a busy machine is part of it. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Map<String, String> TYPES =
            Map.of(
                    "png", "image/png",
                    "jpg", "image/jpeg",
                    "jpeg", "image/jpeg",
                    "tif", "image/tiff",
                    "tiff", "image/tiff",
                    "pdf", "application/pdf",
                    "json", "application/json",
                    "txt", "text/plain");

    private final URI base;
    private final String token;
    private final HttpClient http;

    /** @param base ends with a slash */
    public Endpoint(URI base, String token) {
        this.base = base;
        this.token = token;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build();
    }

    public URI base() {
        return base;
    }

    /**
     * Posts a file to a route.
     *
     * @param route relative to the endpoint, with its query: {@code extract?pages=1}
     * @throws UnreachableException when nobody answers
     */
    public Answer post(String route, Path file, String contentType)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(route.replaceAll("^/+", "")))
                        .timeout(PATIENCE)
                        .header("Content-Type", contentType)
                        .header("Accept", "application/json, */*;q=0.5")
                        .POST(HttpRequest.BodyPublishers.ofFile(file));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpRequest ready = request.build();
        long started = System.nanoTime();
        try {
            HttpResponse<byte[]> answer = http.send(ready, HttpResponse.BodyHandlers.ofByteArray());
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            return new Answer(answer.statusCode(), answer.headers(), answer.body(), took);
        } catch (IOException lost) {
            throw new UnreachableException(ready.uri(), lost);
        }
    }

    /** By the file's suffix; {@code application/octet-stream} where it says nothing. */
    public static String contentType(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(
                name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
