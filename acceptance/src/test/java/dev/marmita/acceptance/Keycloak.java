package dev.marmita.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The identity provider of an installation, as its administrator and its users have it: over HTTP. */
final class Keycloak {

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final JsonNode connection;

    Keycloak(Path home) throws IOException {
        connection =
                Control.JSON.readTree(
                        Files.readString(home.resolve("keycloak").resolve("keycloak.json")));
    }

    /** One of what {@code keycloak.json} says. */
    String says(String name) {
        return connection.path(name).asString();
    }

    boolean answers() throws InterruptedException {
        try {
            return send(HttpRequest.newBuilder(URI.create(says("issuer"))).GET()).statusCode()
                    == 200;
        } catch (IOException gone) {
            return false;
        }
    }

    /** A token for a user, by name and password. */
    String token(String client, String user, String password)
            throws IOException, InterruptedException {
        return token(
                "marmita",
                Map.of(
                        "grant_type", "password",
                        "client_id", client,
                        "username", user,
                        "password", password));
    }

    String memberToken() throws IOException, InterruptedException {
        return token(says("tokenClient"), says("member"), says("memberPassword"));
    }

    String outsiderToken(String client) throws IOException, InterruptedException {
        return token(client, says("outsider"), says("outsiderPassword"));
    }

    /** A token for a machine. */
    String token(String client) throws IOException, InterruptedException {
        String secret =
                get("clients/" + client(client).path("id").asString() + "/client-secret")
                        .path("value")
                        .asString();
        return token(
                "marmita",
                Map.of(
                        "grant_type", "client_credentials",
                        "client_id", client,
                        "client_secret", secret));
    }

    private String token(String realm, Map<String, String> form)
            throws IOException, InterruptedException {
        String body =
                new TreeMap<>(form)
                        .entrySet().stream()
                                .map(
                                        each ->
                                                each.getKey()
                                                        + "="
                                                        + URLEncoder.encode(each.getValue(), UTF_8))
                                .collect(Collectors.joining("&"));
        HttpResponse<String> answer =
                send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                says("url")
                                                        + "/realms/"
                                                        + realm
                                                        + "/protocol/openid-connect/token"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Control.JSON.readTree(answer.body()).path("access_token").asString();
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(admin(path).GET());
        assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
        return Control.JSON.readTree(answer.body());
    }

    int status(String path) throws IOException, InterruptedException {
        return send(admin(path).GET()).statusCode();
    }

    void delete(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(admin(path).DELETE());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }

    void post(String path, Object body) throws IOException, InterruptedException {
        write("POST", path, body);
    }

    void put(String path, Object body) throws IOException, InterruptedException {
        write("PUT", path, body);
    }

    private void write(String method, String path, Object body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                send(
                        admin(path)
                                .header("Content-Type", "application/json")
                                .method(
                                        method,
                                        BodyPublishers.ofString(
                                                Control.JSON.writeValueAsString(body))));
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
    }

    JsonNode client(String clientId) throws IOException, InterruptedException {
        return get("clients?clientId=" + clientId).path(0);
    }

    /** Lets people get tokens of a client by name and password: for tests only. */
    void allowPasswords(String clientId) throws IOException, InterruptedException {
        ObjectNode client = (ObjectNode) client(clientId);
        client.put("directAccessGrantsEnabled", true);
        put("clients/" + client.path("id").asString(), client);
    }

    String group(String path) throws IOException, InterruptedException {
        return get("group-by-path" + path).path("id").asString();
    }

    String user(String name) throws IOException, InterruptedException {
        return get("users?exact=true&username=" + name).path(0).path("id").asString();
    }

    /** All tokens are signed by a new key from now on. */
    void rotateKeys() throws IOException, InterruptedException {
        post(
                "components",
                Map.of(
                        "name", "rotated",
                        "providerId", "rsa-generated",
                        "providerType", "org.keycloak.keys.KeyProvider",
                        "config", Map.of("priority", new String[] {"500"})));
    }

    private HttpRequest.Builder admin(String path) throws IOException, InterruptedException {
        String token =
                token(
                        "master",
                        Map.of(
                                "grant_type",
                                "password",
                                "client_id",
                                "admin-cli",
                                "username",
                                says("admin"),
                                "password",
                                says("adminPassword")));
        return HttpRequest.newBuilder(URI.create(says("url") + "/admin/realms/marmita/" + path))
                .header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString());
    }
}
