package dev.marmita.platform;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A caller of the control API. */
final class Client {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final String url;
    private final String token;

    Client(String url, String token) {
        this.url = url;
        this.token = token;
    }

    record Answer(int status, String body, java.net.http.HttpHeaders headers) {
        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    Answer get(String path) {
        return send("GET", path, null, Map.of());
    }

    Answer post(String path, Object body) {
        return send("POST", path, json(body), Map.of());
    }

    Answer post(String path, Object body, Map<String, String> headers) {
        return send("POST", path, json(body), headers);
    }

    Answer put(String path, Object body) {
        return send("PUT", path, json(body), Map.of());
    }

    Answer put(String path, Object body, Map<String, String> headers) {
        return send("PUT", path, json(body), headers);
    }

    Answer patch(String path, Object body) {
        return send("PATCH", path, json(body), Map.of());
    }

    Answer delete(String path) {
        return send("DELETE", path, null, Map.of());
    }

    Answer send(String method, String path, byte[] body, Map<String, String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : url + path))
                        .timeout(Duration.ofSeconds(60))
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofByteArray(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body != null && !headers.containsKey("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        try {
            HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response.headers());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Uploads a content in two chunks and returns its digest. */
    String upload(byte[] content) {
        String digest = digest(content);
        JsonNode upload =
                post("/api/v1/uploads", Map.of("digest", digest, "size", content.length)).json();
        if (upload.get("state").stringValue().equals("complete")) {
            return digest;
        }
        String path = "/api/v1/uploads/" + upload.get("id").stringValue();
        int half = content.length / 2;
        chunk(path, 0, java.util.Arrays.copyOfRange(content, 0, half));
        chunk(path, half, java.util.Arrays.copyOfRange(content, half, content.length));
        Answer complete = post(path + "/complete", Map.of());
        if (complete.status() != 200) {
            throw new AssertionError(complete.toString());
        }
        return digest;
    }

    Answer chunk(String path, long offset, byte[] bytes) {
        return send(
                "PUT",
                path + "?offset=" + offset,
                bytes,
                Map.of("Content-Type", "application/octet-stream"));
    }

    static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] resource(String path) {
        try (InputStream in = Client.class.getResourceAsStream(path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] json(Object body) {
        return body instanceof String text
                ? text.getBytes(java.nio.charset.StandardCharsets.UTF_8)
                : JsonMapper.shared().writeValueAsBytes(body);
    }
}
