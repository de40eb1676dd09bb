package dev.marmita.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.cli.FakePlatform;
import dev.marmita.cli.FakePlatform.Reply;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiTest {
    private static final Retry QUICK =
            new Retry(3, Duration.ofMillis(1), Duration.ofMillis(5), new Random(1));

    @TempDir Path folder;
    private FakePlatform platform;
    private Api api;

    @BeforeEach
    void start() throws IOException {
        platform = new FakePlatform();
        api = new Api(new Connection(platform.url(), Optional.empty(), FakePlatform.TOKEN), QUICK);
    }

    @AfterEach
    void stop() {
        api.close();
        platform.close();
    }

    @Test
    void repeatsAPostThatWasLostUnderTheSameIdempotencyKey() {
        platform.on("POST /api/v1/tenants", Reply.hangUp())
                .on("POST /api/v1/tenants", Reply.problem(503, "unavailable", "no database"))
                .on("POST /api/v1/tenants", Reply.json(201, "{'name':'acme'}"));

        assertThat(Json.text(api.post("/tenants", Json.object().put("name", "acme")), "name"))
                .isEqualTo("acme");

        assertThat(platform.requests("POST /api/v1/tenants"))
                .hasSize(3)
                .extracting(it -> it.headers().get("idempotency-key"))
                .doesNotContainNull()
                .containsOnly(platform.requests().getFirst().headers().get("idempotency-key"));
    }

    @Test
    void giveUpAfterSomeAttempts() {
        platform.on("GET /api/v1/status", Reply.problem(503, "unavailable", "no database"));
        assertThatThrownBy(() -> api.get("/status"))
                .isInstanceOf(ApiException.class)
                .hasMessage("no database");
        assertThat(platform.requests()).hasSize(3);
    }

    @Test
    void doesNotRepeatWhatWasRefused() {
        platform.on("GET /api/v1/status", Reply.problem(400, "invalid-request", "no"));
        assertThatThrownBy(() -> api.get("/status")).isInstanceOf(ApiException.class);
        assertThat(platform.requests()).hasSize(1);
    }

    @Test
    void saysWhichFieldIsWrong() {
        platform.on(
                "GET /api/v1/status",
                Reply.json(
                        400,
                        "{'type':'urn:marmita:error:invalid-request','detail':'The request is not valid',"
                                + "'errors':[{'field':'scaling.maxReplicas','message':'must be at least 1'}],'requestId':'r7'}"));
        assertThatThrownBy(() -> api.get("/status"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        it ->
                                assertThat(it.problem())
                                        .isEqualTo(
                                                new Problem(
                                                        400,
                                                        "invalid-request",
                                                        "The request is not valid",
                                                        java.util.List.of(
                                                                new Problem.Field(
                                                                        "scaling.maxReplicas",
                                                                        "must be at least 1")),
                                                        "r7")));
    }

    @Test
    void readsAllPagesOfAList() {
        platform.on(
                "GET /api/v1/models",
                it ->
                        it.query().contains("pageToken=two")
                                ? Reply.json(200, "{'items':[{'name':'c'}]}")
                                : Reply.json(
                                        200,
                                        "{'items':[{'name':'a'},{'name':'b'}],'nextPageToken':'two'}"));
        assertThat(api.list("/models"))
                .extracting(it -> Json.text(it, "name"))
                .containsExactly("a", "b", "c");
        assertThat(api.list("/models", Map.of("q", "x&y"), 2)).hasSize(2);
        assertThat(platform.requests().getLast().query()).isEqualTo("pageSize=2&q=x%26y");
    }

    @Test
    void tellsAClosedPortFromAnAnswer() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        try (Api nobody =
                new Api(
                        new Connection(
                                URI.create("http://127.0.0.1:" + port), Optional.empty(), ""),
                        QUICK)) {
            assertThatThrownBy(() -> nobody.get("/status"))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("127.0.0.1:" + port)
                    .hasMessageContaining("nothing listens");
        }
    }

    @Test
    void sendsItsTokenToThePlatformButNotToTheObjectStore() throws Exception {
        try (FakePlatform store = new FakePlatform()) {
            store.on("GET /bucket/blob", new Reply(200, Map.of(), "bytes".getBytes()));
            platform.on(
                    "GET /api/v1/models/m/versions/1/content",
                    new Reply(307, Map.of("Location", store.url() + "/bucket/blob"), new byte[0]));

            try (var in = api.stream("/models/m/versions/1/content")) {
                assertThat(in.readAllBytes()).isEqualTo("bytes".getBytes());
            }
            assertThat(store.requests().getFirst().headers()).doesNotContainKey("authorization");
        }
    }

    @Test
    void encodesPartsOfAPath() {
        assertThat(Api.path("models", "a b/../c")).isEqualTo("/models/a%20b%2F..%2Fc");
    }

    @Test
    void takesTheConnectionOfTheRunningPlatform() throws IOException {
        Files.writeString(
                folder.resolve("connection.json"),
                "{\"url\":\"http://127.0.0.1:1\",\"gatewayUrl\":\"http://127.0.0.1:2\",\"adminToken\":\"t\",\"pid\":3}");
        Map<String, String> home = Map.of("MARMITA_HOME", folder.toString());

        assertThat(Connection.from(home))
                .isEqualTo(
                        new Connection(
                                URI.create("http://127.0.0.1:1"),
                                Optional.of(URI.create("http://127.0.0.1:2")),
                                "t"));
        assertThat(Connection.from(home).toString()).doesNotContain("token");
        assertThat(Connection.from(Map.of("MARMITA_URL", "http://other/", "MARMITA_TOKEN", "x")))
                .isEqualTo(new Connection(URI.create("http://other"), Optional.empty(), "x"));
    }

    @Test
    void saysHowToConnect() {
        assertThatThrownBy(() -> Connection.from(Map.of("MARMITA_HOME", folder.toString())))
                .isInstanceOf(Connection.UnknownException.class)
                .hasMessageContaining("./marmita up");
        assertThatThrownBy(() -> Connection.from(Map.of("MARMITA_URL", "127.0.0.1:8470")))
                .isInstanceOf(Connection.UnknownException.class)
                .hasMessageContaining("http://");
    }
}
