package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.TOKEN;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Conversations that stay open, through the gateway: how long, and how many. */
final class GatewayConversationsTest {

    private final FakeReplica upstream =
            new FakeReplica(
                    request -> {
                        if (request.path().equals("/events")) {
                            request.response()
                                    .setChunked(true)
                                    .putHeader("Content-Type", "text/event-stream")
                                    .write("data: {\"n\":1}\n\n");
                            return;
                        }
                        request.toWebSocket();
                    });
    private final GatewayFixture fixture =
            new GatewayFixture(
                    GatewayFixture.settings()
                            .withTimeouts(
                                    GatewaySettings.Timeouts.DEFAULT
                                            .withStreamIdle(Duration.ofSeconds(2))
                                            .withDrain(Duration.ofSeconds(5))));

    @AfterEach
    void stop() {
        fixture.close();
        upstream.close();
    }

    private CompletableFuture<WebSocket> connect(CompletableFuture<String> end) {
        return fixture.client
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + TOKEN)
                .buildAsync(
                        URI.create(
                                "ws://127.0.0.1:" + fixture.gateway.port() + "/e/acme/receipts/ws"),
                        new WebSocket.Listener() {
                            @Override
                            public CompletionStage<?> onClose(
                                    WebSocket socket, int code, String reason) {
                                end.complete("closed");
                                return null;
                            }

                            @Override
                            public void onError(WebSocket socket, Throwable error) {
                                end.complete("broken");
                            }
                        });
    }

    private double inflight() {
        return fixture.meters.get("marmita.gateway.inflight").gauge().value();
    }

    @Test
    void aSocketInWhichNothingMovesIsClosed() {
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 2)).publish();
        CompletableFuture<String> end = new CompletableFuture<>();
        connect(end).join();

        await().until(end::isDone);
        await().until(() -> inflight() == 0);
    }

    @Test
    void aSocketHoldsAPlaceOfItsReplica() {
        fixture.route(
                        RECEIPTS,
                        limits(0, 64 << 20, 64 << 20, 1_000, 1_000),
                        replica("r1", upstream.port(), 1))
                .publish();
        CompletableFuture<String> end = new CompletableFuture<>();
        WebSocket first = connect(end).join();

        assertThatThrownBy(() -> connect(new CompletableFuture<>()).join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isIn(429, 503, 504));
        first.abort();
        await().until(() -> inflight() == 0);
        connect(new CompletableFuture<>()).join().abort();
    }

    @Test
    void eventsThatStopComingAreCutOff() throws Exception {
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 2)).publish();
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + fixture.gateway.port()
                                                + "/e/acme/receipts/events"))
                        .header("Authorization", "Bearer " + TOKEN)
                        .build();
        try (InputStream body = fixture.client.send(request, BodyHandlers.ofInputStream()).body()) {
            assertThat(new String(body.readNBytes(15), StandardCharsets.UTF_8))
                    .isEqualTo("data: {\"n\":1}\n\n");
            assertThatThrownBy(body::readAllBytes).isInstanceOf(java.io.IOException.class);
        }
        await().until(() -> inflight() == 0);
    }
}
