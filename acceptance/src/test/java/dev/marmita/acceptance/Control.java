package dev.marmita.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The control plane's REST API with a token, and endpoints behind the gateway; asserts what it is told to expect. */
final class Control {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private final String url;
    private final String gatewayUrl;
    private final String token;

    Control(Installation.Connection connection) {
        this(connection.url(), connection.gatewayUrl(), connection.adminToken());
    }

    private Control(String url, String gatewayUrl, String token) {
        this.url = url;
        this.gatewayUrl = gatewayUrl;
        this.token = token;
    }

    Control as(String otherToken) {
        return new Control(url, gatewayUrl, otherToken);
    }

    /** The same behind another gateway. */
    Control at(String otherGateway) {
        return new Control(url, otherGateway, token);
    }

    String token() {
        return token;
    }

    record Answer(int status, String body, HttpResponse<byte[]> response) {
        JsonNode json() {
            return JSON.readTree(body);
        }

        Answer expect(int wanted) {
            assertThat(status).as("%s answered: %s", response.uri(), body).isEqualTo(wanted);
            return this;
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(request(url + "/api/v1" + path).GET());
    }

    Answer delete(String path) throws IOException, InterruptedException {
        return send(request(url + "/api/v1" + path).DELETE());
    }

    Answer post(String path, Object body) throws IOException, InterruptedException {
        return send(json(path).POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    Answer put(String path, Object body) throws IOException, InterruptedException {
        return send(json(path).PUT(BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    Answer putBytes(String path, byte[] body) throws IOException, InterruptedException {
        return send(
                request(url + "/api/v1" + path)
                        .header("Content-Type", "application/octet-stream")
                        .PUT(BodyPublishers.ofByteArray(body)));
    }

    /** Uploads bytes as a blob and returns its digest. */
    String upload(byte[] content) throws IOException, InterruptedException {
        String digest = digest(content);
        JsonNode upload = post("/uploads", new Upload(digest, content.length)).expect(201).json();
        String id = upload.path("id").asString();
        if (!upload.path("state").asString().equals("complete")) {
            putBytes("/uploads/" + id + "?offset=0", content).expect(200);
            post("/uploads/" + id + "/complete", new Empty()).expect(200);
        }
        return digest;
    }

    /** Calls a tenant's endpoint with a raw body. */
    Answer call(String endpoint, String path, String mediaType, byte[] body)
            throws IOException, InterruptedException {
        return send(
                request(gatewayUrl + "/e/" + endpoint + path)
                        .header("Content-Type", mediaType)
                        .POST(BodyPublishers.ofByteArray(body)));
    }

    Answer call(String endpoint, String path, Object body)
            throws IOException, InterruptedException {
        return call(endpoint, path, "application/json", JSON.writeValueAsBytes(body));
    }

    record Upload(String digest, long size) {}

    record Empty() {}

    static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private HttpRequest.Builder json(String path) {
        return request(url + "/api/v1" + path).header("Content-Type", "application/json");
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(target))
                .timeout(Duration.ofSeconds(150))
                .header("Authorization", "Bearer " + token);
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
        return new Answer(
                response.statusCode(),
                new String(response.body(), java.nio.charset.StandardCharsets.UTF_8),
                response);
    }
}
