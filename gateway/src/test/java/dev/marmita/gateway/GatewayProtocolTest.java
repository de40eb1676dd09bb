package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.TOKEN;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no decent client sends, over plain sockets. */
final class GatewayProtocolTest {

    private static final String AUTH = "Authorization: Bearer " + TOKEN + "\r\n";
    private static FakeReplica upstream;
    private static GatewayFixture fixture;

    @BeforeAll
    static void start() {
        upstream =
                new FakeReplica(
                        request ->
                                request.body()
                                        .onSuccess(all -> request.response().end("[" + all + "]")));
        fixture =
                new GatewayFixture(
                        GatewayFixture.settings()
                                .withTimeouts(
                                        GatewaySettings.Timeouts.DEFAULT
                                                .withHeader(Duration.ofMillis(500))
                                                .withBodyIdle(Duration.ofMillis(500))
                                                .withDrain(Duration.ofSeconds(1))));
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 64)).publish();
    }

    @AfterAll
    static void stop() {
        fixture.close();
        upstream.close();
    }

    @BeforeEach
    void forget() {
        upstream.asked.clear();
    }

    private static String exchange(String text) throws IOException {
        try (RawClient client = new RawClient(fixture.gateway.port())) {
            return client.send(text).readAll();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding : chunked\r\n",
                "Transfer-Encoding:\u000bchunked\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: 5, 6\r\n",
                "Content-Length: +5\r\n",
                "Content-Length: -5\r\n",
                "Content-Length: 0x5\r\n",
                "Content-Length: 5 5\r\n",
                "Content-Length : 5\r\n",
                "Content-Length: 99999999999999999999\r\n",
                "X-Folded: a\r\n b\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
            })
    void refusesAmbiguousBodies(String framing) throws Exception {
        String answer =
                exchange(
                        "POST /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\n"
                                + AUTH
                                + framing
                                + "\r\n0\r\n\r\nGET /e/acme/receipts/smuggled HTTP/1.1\r\nHost: h\r\n"
                                + AUTH
                                + "\r\n");
        assertThat(answer).matches("(?s)HTTP/1\\.1 (400|413|501) .*");
        assertThat(upstream.asked).isEmpty();
        assertThat(answer.split("HTTP/1\\.1 ", -1)).as(answer).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /e/acme/receipts/x HTTP/1.1\r\n",
                "GET /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\nHost: h\r\n",
                "GET /e/acme/receipts/x HTTP/1.1\r\nHost: receipts.acme.example.test\r\nHost: other\r\n",
                "GET /e/acme/receipts/x HTTP/1.1\r\nHost: a b\r\n",
                "GET /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\nBad Name: x\r\n",
                "GET /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\nX-Null: a\u0000b\r\n",
                "GET /e/acme/receipts/x HTTP/9.9\r\nHost: h\r\n",
                "GET  HTTP/1.1\r\nHost: h\r\n",
                "GET /e/acme/receipts/../x HTTP/1.1\r\nHost: h\r\n",
                "GET /e/acme/receipts/%2e%2e/x HTTP/1.1\r\nHost: h\r\n",
                "GET /e/acme/receipts/%zz HTTP/1.1\r\nHost: h\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: h\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n"
            })
    void refusesMalformedHeads(String head) throws Exception {
        String answer = exchange(head + AUTH + "Connection: close\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/\\d\\.\\d (400|501) .*");
        assertThat(upstream.asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT acme.com:443", "TRACE /e/acme/receipts/x"})
    void refusesMethodsThatAreNotForEndpoints(String line) throws Exception {
        assertThat(exchange(line + " HTTP/1.1\r\nHost: h\r\n" + AUTH + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405 ");
        assertThat(upstream.asked).isEmpty();
    }

    @Test
    void refusesHugeHeadersAndTargets() throws Exception {
        String answer =
                exchange(
                        "GET /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\nX-Huge: "
                                + "x".repeat(40_000)
                                + "\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 431 ").contains("{\"error\":");
        answer =
                exchange(
                        "GET /e/acme/receipts/"
                                + "x".repeat(9_000)
                                + " HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(answer).contains(" 414 ").contains("{\"error\":");
        assertThat(upstream.asked).isEmpty();
    }

    @Test
    void aConnectionThatSaysNothingIsClosed() throws Exception {
        assertThat(exchange("")).isEmpty();
        assertThat(exchange("GET /e/acme/rec")).isEmpty();
    }

    @Test
    void aHeadThatTricklesInIsCutOff() throws Exception {
        try (RawClient client = new RawClient(fixture.gateway.port())) {
            client.send("GET /livez HTTP/1.1\r\n");
            long began = System.nanoTime();
            await().pollInterval(Duration.ofMillis(50))
                    .atMost(Duration.ofSeconds(5))
                    .until(
                            () -> {
                                try {
                                    client.send("X-A: b\r\n");
                                    return false;
                                } catch (IOException e) {
                                    return true;
                                }
                            });
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void aBodyThatStopsIsAnsweredAndCutOff() throws Exception {
        String answer =
                exchange(
                        "POST /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\n"
                                + AUTH
                                + "Content-Length: 100\r\n\r\nhalf");
        assertThat(answer).startsWith("HTTP/1.1 408 ").contains("nothing came for");
        assertThat(upstream.asked).isEmpty();
    }

    @Test
    void aChunkedBodyThatIsBrokenIsNeverPassedOnAsWhole() throws Exception {
        String answer =
                exchange(
                        "POST /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\n"
                                + AUTH
                                + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n");
        assertThat(answer).doesNotContain("200 OK");
        assertThat(upstream.asked).isEmpty();
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            requests.append("POST /e/acme/receipts/")
                    .append(i)
                    .append(" HTTP/1.1\r\nHost: h\r\n")
                    .append(AUTH)
                    .append(i == 4 ? "Connection: close\r\n" : "")
                    .append("Content-Length: 1\r\n\r\n")
                    .append(i);
        }
        String answers = exchange(requests.toString());
        assertThat(answers).containsSubsequence("[0]", "[1]", "[2]", "[3]", "[4]");
    }

    @Test
    void tellsAClientThatAsksToGoOn() throws Exception {
        try (RawClient client = new RawClient(fixture.gateway.port())) {
            client.send(
                    "POST /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\n"
                            + AUTH
                            + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
            client.send("page");
            assertThat(client.readAnswer()).startsWith("HTTP/1.1 200 ").endsWith("[page]");
        }
        try (RawClient client = new RawClient(fixture.gateway.port())) {
            client.send(
                    "POST /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\n"
                            + "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void servesHttp10() throws Exception {
        String answer = exchange("GET /e/acme/receipts/x HTTP/1.0\r\n" + AUTH + "\r\n");
        assertThat(answer).matches("(?s)HTTP/1\\.[01] 200 .*\\[]");
    }

    @Test
    void boundsConnections() throws Exception {
        GatewaySettings.Bounds bounds = GatewaySettings.Bounds.DEFAULT;
        try (GatewayFixture small =
                new GatewayFixture(
                        GatewayFixture.settings()
                                .withBounds(
                                        new GatewaySettings.Bounds(
                                                3,
                                                bounds.maxHeaderBytes(),
                                                bounds.replayBytes(),
                                                bounds.maxBufferedBytes(),
                                                bounds.maxAttempts())))) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                RawClient client = new RawClient(small.gateway.port());
                clients.add(client);
                client.send("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 200 ");
            }
            try (RawClient fourth = new RawClient(small.gateway.port())) {
                assertThat(fourth.readAll()).isEmpty();
            }
            clients.getFirst().close();
            await().untilAsserted(
                            () -> {
                                try (RawClient next = new RawClient(small.gateway.port())) {
                                    next.send("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n");
                                    assertThat(next.readAnswer()).startsWith("HTTP/1.1 200 ");
                                }
                            });
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void metersAreForThisMachineOnly() throws Exception {
        assertThat(exchange("GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .contains("metrics_here 1");
        assertThat(
                        exchange(
                                "GET /metrics HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\n"
                                        + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ");
    }
}
