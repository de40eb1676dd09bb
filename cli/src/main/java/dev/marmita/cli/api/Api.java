package dev.marmita.cli.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The platform's REST API. Requests that may be repeated are, on lost connections and on 429, 502, 503 and 504; a
 * POST carries an idempotency key, so it may be repeated as well. Thread-safe.
 */
public final class Api implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(120);
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofSeconds(30);
    private static final Set<Integer> PASSING = Set.of(429, 502, 503, 504);
    private static final int MAX_ANSWER_BYTES = 64 << 20;
    private static final int MAX_PAGES = 1_000;

    private final Connection connection;
    private final Retry retry;
    private final HttpClient http;

    public Api(Connection connection, Retry retry) {
        this.connection = connection;
        this.retry = retry;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
    }

    public Connection connection() {
        return connection;
    }

    HttpClient http() {
        return http;
    }

    /** The same platform with another patience. */
    Api with(Retry other) {
        return new Api(connection, other);
    }

    /** @param path from {@code /api/v1} on, each part encoded by {@link #path} */
    public JsonNode get(String path) {
        return json(send(request(path).GET()));
    }

    public String getText(String path) {
        return new String(send(request(path).GET()), StandardCharsets.UTF_8);
    }

    /** @param accept the media type that is wanted */
    public String getText(String path, String accept) {
        return new String(
                send(request(path).setHeader("Accept", accept).GET()), StandardCharsets.UTF_8);
    }

    public JsonNode post(String path, JsonNode body) {
        return json(
                send(
                        request(path)
                                .header("Idempotency-Key", UUID.randomUUID().toString())
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArray(Json.bytes(body)))));
    }

    public JsonNode put(String path, String contentType, BodyPublisher body) {
        return json(send(request(path).header("Content-Type", contentType).PUT(body)));
    }

    public JsonNode put(String path, JsonNode body) {
        return put(path, "application/json", BodyPublishers.ofByteArray(Json.bytes(body)));
    }

    public JsonNode patch(String path, JsonNode body) {
        return json(
                send(
                        request(path)
                                .header("Content-Type", "application/json")
                                .method("PATCH", BodyPublishers.ofByteArray(Json.bytes(body)))));
    }

    public void delete(String path) {
        send(request(path).DELETE());
    }

    /** All items of a list, page by page, at most {@code limit}. */
    public List<JsonNode> list(String path, Map<String, String> query, int limit) {
        List<JsonNode> items = new ArrayList<>();
        String token = "";
        for (int page = 0; page < MAX_PAGES && items.size() < limit; page++) {
            StringBuilder at =
                    new StringBuilder(path).append("?pageSize=").append(Math.min(100, limit));
            query.forEach(
                    (key, value) ->
                            at.append('&').append(encode(key)).append('=').append(encode(value)));
            if (!token.isEmpty()) {
                at.append("&pageToken=").append(encode(token));
            }
            JsonNode answer = get(at.toString());
            items.addAll(Json.items(answer.path("items")));
            token = Json.text(answer, "nextPageToken");
            if (token.isEmpty()) {
                break;
            }
        }
        return items.size() > limit ? List.copyOf(items.subList(0, limit)) : List.copyOf(items);
    }

    public List<JsonNode> list(String path) {
        return list(path, Map.of(), 10_000);
    }

    /** Opens a stream, following one redirect (which gets no token: it is signed by itself). */
    public InputStream stream(String path) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                http.send(
                        request(path).setHeader("Accept", "*/*").GET().build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() / 100 == 3) {
            answer.body().close();
            URI to = answer.uri().resolve(answer.headers().firstValue("Location").orElseThrow());
            answer =
                    http.send(
                            HttpRequest.newBuilder(to).timeout(ANSWER).build(),
                            HttpResponse.BodyHandlers.ofInputStream());
        }
        if (answer.statusCode() != 200) {
            try (InputStream body = answer.body()) {
                throw new ApiException(
                        Problem.of(
                                answer.statusCode(), answer.headers(), body.readNBytes(100_000)));
            }
        }
        return answer.body();
    }

    /** One part of a path, encoded. */
    public static String path(String... parts) {
        StringBuilder path = new StringBuilder();
        for (String part : parts) {
            path.append('/').append(encode(part).replace("+", "%20"));
        }
        return path.toString();
    }

    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(connection.url() + "/api/v1" + path))
                        .timeout(ANSWER)
                        .header(
                                "Accept",
                                "application/json, application/problem+json, text/plain;q=0.5");
        if (!connection.token().isEmpty()) {
            builder.header("Authorization", "Bearer " + connection.token());
        }
        return builder;
    }

    private byte[] send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        for (int attempt = 1; ; attempt++) {
            Duration pause = retry.pauseAfter(attempt);
            try {
                HttpResponse<InputStream> answer =
                        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
                byte[] body = body(answer);
                if (answer.statusCode() / 100 == 2) {
                    return body;
                }
                Problem problem = Problem.of(answer.statusCode(), answer.headers(), body);
                if (!passes(problem) || attempt >= retry.attempts()) {
                    throw new ApiException(problem);
                }
                pause = longer(pause, retryAfter(answer));
            } catch (ConnectException nobody) {
                // A closed port rarely opens within seconds: say so soon.
                if (attempt >= Math.max(2, retry.attempts() - 3)) {
                    throw new UnreachableException(request.uri(), nobody);
                }
            } catch (IOException lost) {
                if (attempt >= retry.attempts()) {
                    throw new UnreachableException(request.uri(), lost);
                }
            } catch (InterruptedException stop) {
                throw interrupted(request, stop);
            }
            sleep(request, pause);
        }
    }

    /** Whether the same request may be answered otherwise in a moment. */
    private static boolean passes(Problem problem) {
        return PASSING.contains(problem.status()) || problem.slug().equals("in-progress");
    }

    private static byte[] body(HttpResponse<InputStream> answer) throws IOException {
        try (InputStream body = answer.body()) {
            byte[] bytes = body.readNBytes(MAX_ANSWER_BYTES + 1);
            if (bytes.length > MAX_ANSWER_BYTES) {
                throw new ApiException(
                        new Problem(
                                answer.statusCode(),
                                "",
                                "the answer is longer than %d bytes".formatted(MAX_ANSWER_BYTES),
                                List.of(),
                                ""));
            }
            return bytes;
        }
    }

    private static Duration retryAfter(HttpResponse<?> answer) {
        String value = answer.headers().firstValue("Retry-After").orElse("0");
        Duration asked =
                value.matches("[0-9]{1,6}")
                        ? Duration.ofSeconds(Long.parseLong(value))
                        : Duration.ZERO;
        return asked.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : asked;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static void sleep(HttpRequest request, Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException stop) {
            throw interrupted(request, stop);
        }
    }

    private static UnreachableException interrupted(
            HttpRequest request, InterruptedException stop) {
        Thread.currentThread().interrupt();
        return new UnreachableException(request.uri(), stop);
    }

    private static JsonNode json(byte[] body) {
        if (body.length == 0) {
            return Json.object();
        }
        try {
            return Json.parse(body);
        } catch (JacksonException notJson) {
            throw new ApiException(
                    new Problem(
                            200,
                            "",
                            "the answer is not JSON; is this address a Marmita?",
                            List.of(),
                            ""));
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
