package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent again, and what is not. */
final class GatewayRetryTest {

    private final GatewayFixture fixture = GatewayFixture.start();
    private final List<AutoCloseable> parts = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        fixture.close();
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    private FakeReplica closing(FakeReplica part) {
        parts.add(part);
        return part;
    }

    private static int deadPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private FakeReplica echoing() {
        return closing(
                new FakeReplica(
                        request -> request.body().onSuccess(all -> request.response().end(all))));
    }

    @Test
    void aRefusedConnectionIsTriedElsewhereAndTheReplicaPutAside() throws Exception {
        FakeReplica alive = echoing();
        fixture.route(
                        RECEIPTS,
                        limits(),
                        replica("dead", deadPort(), 64),
                        replica("alive", alive.port(), 64))
                .publish();
        for (int i = 0; i < 20; i++) {
            HttpResponse<String> answer =
                    fixture.post("/e/acme/receipts/x", ("page " + i).getBytes());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("page " + i);
        }
        await().until(() -> fixture.unreachable.contains("dead"));
        assertThat(
                        fixture.meters
                                .get("marmita.gateway.ejections")
                                .tag("tenant", "acme")
                                .counter()
                                .count())
                .isPositive();
        assertThat(
                        fixture.meters
                                .get("marmita.gateway.retries")
                                .tag("tenant", "acme")
                                .counter()
                                .count())
                .isBetween(1.0, 19.0);
    }

    @Test
    void waitsForTheOnlyReplicaToComeBack() throws Exception {
        int port = deadPort();
        fixture.route(RECEIPTS, limits(), replica("r1", port, 2)).publish();
        CompletableFuture<HttpResponse<String>> answer =
                fixture.sendAsync(fixture.request("/e/acme/receipts/x"));
        await().until(() -> fixture.unreachable.size() >= 2);
        assertThat(answer).isNotDone();
        closing(
                new FakeReplica(
                        port,
                        request ->
                                request.body().onSuccess(all -> request.response().end("back"))));
        assertThat(answer.join().body()).isEqualTo("back");
        assertThat(fixture.wakes).contains(RECEIPTS);
    }

    @Test
    void givesUpAfterABoundedNumberOfAttempts() throws Exception {
        GatewaySettings.Bounds bounds = GatewaySettings.Bounds.DEFAULT;
        try (GatewayFixture own =
                new GatewayFixture(
                        GatewayFixture.settings()
                                .withBounds(
                                        new GatewaySettings.Bounds(
                                                bounds.maxConnections(),
                                                bounds.maxHeaderBytes(),
                                                bounds.replayBytes(),
                                                bounds.maxBufferedBytes(),
                                                3)))) {
            own.route(RECEIPTS, limits(), replica("dead", deadPort(), 2)).publish();
            HttpResponse<String> answer = own.get("/e/acme/receipts/x");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("not processed").contains("attempts made 3");
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
        }
    }

    private static void refuseUnprocessed(io.vertx.core.http.HttpServerRequest request) {
        request.body()
                .onSuccess(
                        all ->
                                request.response()
                                        .setStatusCode(503)
                                        .putHeader("Marmita-Unprocessed", "true")
                                        .end("{\"error\":\"draining\"}"));
    }

    @Test
    void whatAReplicaDidNotProcessGoesToAnother() throws Exception {
        FakeReplica draining = closing(new FakeReplica(GatewayRetryTest::refuseUnprocessed));
        FakeReplica alive = echoing();
        fixture.route(
                        RECEIPTS,
                        limits(),
                        replica("draining", draining.port(), 64),
                        replica("alive", alive.port(), 64))
                .publish();
        for (int i = 0; i < 20; i++) {
            HttpResponse<String> answer =
                    fixture.post("/e/acme/receipts/x", ("page " + i).getBytes());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("page " + i);
        }
        assertThat(draining.asked).isNotEmpty();
    }

    @Test
    void aPlain503IsTheServicesAnswer() throws Exception {
        FakeReplica replica =
                closing(
                        new FakeReplica(
                                request -> request.response().setStatusCode(503).end("my own")));
        fixture.route(RECEIPTS, limits(), replica("r1", replica.port(), 2)).publish();
        HttpResponse<String> answer = fixture.get("/e/acme/receipts/x");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("my own");
        assertThat(replica.asked).hasSize(1);
    }

    /** Reads the whole request, then dies; the second to be asked answers. */
    private FakeReplica dyingOnce(AtomicInteger asked) {
        return closing(
                new FakeReplica(
                        request ->
                                request.body()
                                        .onSuccess(
                                                all -> {
                                                    if (asked.incrementAndGet() == 1) {
                                                        request.connection().close();
                                                    } else {
                                                        request.response().end("again");
                                                    }
                                                })));
    }

    @Test
    void aPostThatMayHaveBeenProcessedIsNotSentAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        FakeReplica replica = dyingOnce(asked);
        fixture.route(RECEIPTS, limits(), replica("r1", replica.port(), 2)).publish();
        HttpResponse<String> answer = fixture.post("/e/acme/receipts/x", "page".getBytes());
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("may have been processed");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(asked).hasValue(1);
    }

    @Test
    void aPostThatItsCallerCallsRepeatableIsSentAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        FakeReplica replica = dyingOnce(asked);
        fixture.route(RECEIPTS, limits(), replica("r1", replica.port(), 2)).publish();
        HttpResponse<String> answer =
                fixture.send(
                        fixture.request("/e/acme/receipts/x")
                                .header("Idempotency-Key", "k1")
                                .POST(HttpRequest.BodyPublishers.ofString("page")));
        assertThat(answer.body()).isEqualTo("again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE"})
    void idempotentMethodsAreSentAgain(String method) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        FakeReplica replica = dyingOnce(asked);
        fixture.route(RECEIPTS, limits(), replica("r1", replica.port(), 2)).publish();
        HttpResponse<String> answer =
                fixture.send(
                        fixture.request("/e/acme/receipts/x")
                                .method(method, HttpRequest.BodyPublishers.ofString("page")));
        assertThat(answer.body()).isEqualTo("again");
        assertThat(asked).hasValue(2);
    }

    @Test
    void anAnswerThatBreaksOffIsCutOffAndNotSentAgain() throws Exception {
        FakeReplica replica =
                closing(
                        new FakeReplica(
                                request -> {
                                    request.response().setChunked(true).write("half ");
                                    request.connection().close();
                                }));
        fixture.route(RECEIPTS, limits(), replica("r1", replica.port(), 2)).publish();
        try (RawClient client = new RawClient(fixture.gateway.port())) {
            client.send(
                    "GET /e/acme/receipts/x HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
                            + GatewayFixture.TOKEN
                            + "\r\n\r\n");
            String answer = client.readAll();
            assertThat(answer)
                    .startsWith("HTTP/1.1 200")
                    .contains("half ")
                    .doesNotContain("0\r\n\r\n");
        }
        assertThat(replica.asked).hasSize(1);
    }

    @Test
    void aBodyTooBigToKeepIsNotSentAgainOnceItWasStreamed() throws Exception {
        FakeReplica draining =
                closing(
                        new FakeReplica(
                                request -> {
                                    long[] read = {0};
                                    request.handler(piece -> read[0] += piece.length());
                                    request.endHandler(
                                            end ->
                                                    request.response()
                                                            .setStatusCode(503)
                                                            .putHeader(
                                                                    "Marmita-Unprocessed", "true")
                                                            .end());
                                }));
        fixture.route(RECEIPTS, limits(), replica("r1", draining.port(), 2)).publish();
        HttpResponse<String> answer = fixture.post("/e/acme/receipts/x", new byte[20 << 20]);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(draining.asked).hasSize(1);
    }

    /** A replica died and its port was given to another, maybe another tenant's. */
    @Test
    void anAnswerOfAnotherReplicaIsNotPassedOn() throws Exception {
        AtomicReference<String> named = new AtomicReference<>();
        FakeReplica stranger =
                closing(
                        new FakeReplica(
                                request -> {
                                    named.set(request.getHeader("Marmita-Replica"));
                                    request.response()
                                            .putHeader("Marmita-Replica", "globex-r9")
                                            .end("a stranger's");
                                }));
        FakeReplica alive = echoing();
        fixture.route(RECEIPTS, limits(), replica("acme-r1", stranger.port(), 2)).publish();
        CompletableFuture<HttpResponse<String>> answer =
                fixture.sendAsync(
                        fixture.request("/e/acme/receipts/x")
                                .POST(HttpRequest.BodyPublishers.ofString("page")));
        await().until(() -> fixture.unreachable.contains("acme-r1"));
        assertThat(named).hasValue("acme-r1");
        fixture.route(RECEIPTS, limits(), replica("acme-r2", alive.port(), 2)).publish();
        assertThat(answer.join().body()).isEqualTo("page");
    }

    @Test
    void aReplicaThatKeepsRefusingIsAskedLessAndLess() throws Exception {
        FakeReplica draining = closing(new FakeReplica(GatewayRetryTest::refuseUnprocessed));
        fixture.route(
                        RECEIPTS,
                        limits(8, 1 << 20, 1 << 20, 10_000, 1_500),
                        replica("r1", draining.port(), 2))
                .publish();
        HttpResponse<String> answer = fixture.get("/e/acme/receipts/x");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(draining.asked).hasSizeBetween(3, 6);
    }
}
