package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.TOKEN;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes through and what does not. */
final class GatewayHeadersTest {

    private final AtomicReference<Map<String, String>> seen = new AtomicReference<>(Map.of());
    private final FakeReplica upstream =
            new FakeReplica(
                    request -> {
                        seen.set(
                                request.headers().entries().stream()
                                        .collect(
                                                Collectors.toMap(
                                                        each ->
                                                                each.getKey()
                                                                        .toLowerCase(Locale.ROOT),
                                                        Map.Entry::getValue,
                                                        (a, b) -> a + " | " + b)));
                        request.response()
                                .putHeader("Content-Type", "text/plain")
                                .putHeader("Marmita-Replica", "r1")
                                .putHeader("Server-Timing", "infer;dur=3.5")
                                .putHeader("X-Request-Id", "the-replicas-own")
                                .putHeader("Keep-Alive", "timeout=5")
                                .putHeader("Connection", "X-Secret")
                                .putHeader("X-Secret", "hop")
                                .end("ok");
                    });
    private final GatewayFixture fixture = GatewayFixture.start();

    {
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 8)).publish();
    }

    @AfterEach
    void stop() {
        fixture.close();
        upstream.close();
    }

    private HttpResponse<String> raw(String head) throws Exception {
        try (RawClient client = new RawClient(fixture.gateway.port())) {
            client.send(
                    head
                            + "Authorization: Bearer "
                            + TOKEN
                            + "\r\nConnection: close, x-hop\r\n\r\n");
            String answer = client.readAll();
            assertThat(answer).startsWith("HTTP/1.1 200");
        }
        return null;
    }

    @Test
    void setsWhatTheRunnerTrusts() throws Exception {
        long before = System.currentTimeMillis();
        HttpResponse<String> answer =
                fixture.send(
                        fixture.request("/e/acme/receipts/extract")
                                .header("X-Request-Id", "client-42")
                                .header("Marmita-Deadline", "1")
                                .header("Marmita-Anything", "spoofed")
                                .header("X-Custom", "kept"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(seen.get())
                .containsEntry("x-request-id", "client-42")
                .containsEntry("x-custom", "kept")
                .containsEntry("x-forwarded-prefix", "/e/acme/receipts")
                .containsEntry("x-forwarded-for", "127.0.0.1")
                .containsEntry("x-forwarded-proto", "http")
                .containsEntry("host", "127.0.0.1:" + fixture.gateway.port())
                .doesNotContainKey("marmita-anything");
        assertThat(Long.parseLong(seen.get().get("marmita-deadline")))
                .isBetween(before + 9_000, System.currentTimeMillis() + 10_000);
    }

    @Test
    void passesTheAnswersHeadersButThoseOfTheConnection() throws Exception {
        HttpResponse<String> answer =
                fixture.send(
                        fixture.request("/e/acme/receipts/x").header("X-Request-Id", "client-42"));
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain");
        assertThat(answer.headers().firstValue("marmita-replica")).contains("r1");
        assertThat(answer.headers().allValues("x-request-id")).containsExactly("client-42");
        assertThat(answer.headers().allValues("server-timing")).first().isEqualTo("infer;dur=3.5");
        assertThat(answer.headers().allValues("server-timing").get(1))
                .startsWith("gateway-wait;dur=");
        assertThat(answer.headers().map()).doesNotContainKeys("keep-alive", "x-secret");
    }

    @Test
    void makesARequestIdWhereThereIsNone() throws Exception {
        String first = fixture.get("/e/acme/receipts/x").headers().firstValue("x-request-id").get();
        assertThat(first).matches("[0-9a-f]{32}").isEqualTo(seen.get().get("x-request-id"));
        assertThat(fixture.get("/e/acme/receipts/x").headers().firstValue("x-request-id").get())
                .isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "tab\there", "umlaut-\u00fc"})
    void replacesARequestIdThatIsNotHarmless(String id) throws Exception {
        raw("GET /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\nX-Request-Id: " + id + "\r\n");
        assertThat(seen.get().get("x-request-id")).matches("[0-9a-f]{32}");
    }

    @Test
    void replacesARequestIdThatIsTooLong() throws Exception {
        raw(
                "GET /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\nX-Request-Id: "
                        + "x".repeat(129)
                        + "\r\n");
        assertThat(seen.get().get("x-request-id")).matches("[0-9a-f]{32}");
        raw(
                "GET /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\nX-Request-Id: "
                        + "x".repeat(128)
                        + "\r\n");
        assertThat(seen.get().get("x-request-id")).isEqualTo("x".repeat(128));
    }

    @Test
    void dropsHopByHopHeadersAndThoseTheConnectionNames() throws Exception {
        raw(
                "GET /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\nX-Hop: secret\r\n"
                        + "Keep-Alive: timeout=5\r\nProxy-Authorization: Basic x\r\nTE: trailers\r\n"
                        + "Upgrade: h3\r\nX-Kept: yes\r\n");
        assertThat(seen.get())
                .containsEntry("x-kept", "yes")
                .doesNotContainKeys("x-hop", "keep-alive", "proxy-authorization", "te", "upgrade");
    }

    @Test
    void replacesForwardedHeadersOfStrangers() throws Exception {
        raw(
                "GET /e/acme/receipts/x HTTP/1.1\r\nHost: public.example\r\n"
                        + "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil\r\n"
                        + "X-Forwarded-Prefix: /evil\r\nForwarded: for=6.6.6.6\r\n");
        assertThat(seen.get())
                .containsEntry("x-forwarded-for", "127.0.0.1")
                .containsEntry("x-forwarded-host", "public.example")
                .containsEntry("x-forwarded-prefix", "/e/acme/receipts")
                .doesNotContainKey("forwarded");
    }

    @Test
    void extendsForwardedHeadersOfATrustedProxy() throws Exception {
        try (GatewayFixture behind =
                new GatewayFixture(GatewayFixture.settings().withTrustForwarded(true))) {
            behind.route(RECEIPTS, limits(), replica("r1", upstream.port(), 8)).publish();
            behind.send(
                    behind.request("/e/acme/receipts/x")
                            .header("X-Forwarded-For", "9.9.9.9")
                            .header("X-Forwarded-Proto", "https")
                            .header("X-Forwarded-Host", "api.acme.com")
                            .header("X-Forwarded-Prefix", "/ai"));
            assertThat(seen.get())
                    .containsEntry("x-forwarded-for", "9.9.9.9, 127.0.0.1")
                    .containsEntry("x-forwarded-proto", "https")
                    .containsEntry("x-forwarded-host", "api.acme.com")
                    .containsEntry("x-forwarded-prefix", "/ai/e/acme/receipts");
        }
    }

    @Test
    void routesByHostNameAndLeavesThePathAlone() throws Exception {
        raw("GET /v2/models/x%20y?q=%zz HTTP/1.1\r\nHost: receipts.acme.example.test:8471\r\n");
        assertThat(upstream.asked).containsExactly("GET /v2/models/x%20y?q=%zz");
        assertThat(seen.get())
                .containsEntry("host", "receipts.acme.example.test:8471")
                .doesNotContainKey("x-forwarded-prefix");
    }

    @Test
    void passesHeaderBytesThatAreNotAscii() throws Exception {
        raw("GET /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\nX-Name: caf\u00e9\r\n");
        assertThat(seen.get()).containsEntry("x-name", "caf\u00e9");
    }

    @Test
    void anAnswerWithHeadersThatMustNotBeWrittenOnIsAnError() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            Thread.startVirtualThread(
                    () -> {
                        try (Socket socket = server.accept()) {
                            socket.getInputStream().read(new byte[1 << 16]);
                            socket.getOutputStream()
                                    .write(
                                            "HTTP/1.1 200 OK\r\nX-Bad: a\u0000b\u000bc\r\nContent-Length: 0\r\n\r\n"
                                                    .getBytes(StandardCharsets.ISO_8859_1));
                            socket.getInputStream().read();
                        } catch (IOException e) {
                            // The gateway hangs up.
                        }
                    });
            fixture.route(RECEIPTS, limits(), replica("bad", server.getLocalPort(), 8)).publish();
            HttpResponse<String> answer = fixture.post("/e/acme/receipts/x", new byte[1]);
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).startsWith("{\"error\":");
        }
    }

    @Test
    void keepsPathAndQueryByteForByte() throws Exception {
        raw("GET /e/acme/receipts/a%2Fb//c;d=1/%C3%A9?x=1&&y=%41&z=a+b?c HTTP/1.1\r\nHost: h\r\n");
        assertThat(upstream.asked).containsExactly("GET /a%2Fb//c;d=1/%C3%A9?x=1&&y=%41&z=a+b?c");
    }
}
