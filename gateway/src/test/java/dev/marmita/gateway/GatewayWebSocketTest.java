package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.TOKEN;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** WebSockets through the gateway. */
final class GatewayWebSocketTest {

    private final FakeReplica upstream =
            new FakeReplica(
                    request -> {
                        if (request.path().equals("/refuse")) {
                            request.response().setStatusCode(409).end("not here");
                            return;
                        }
                        request.toWebSocket()
                                .onSuccess(
                                        socket -> {
                                            socket.writeTextMessage("welcome");
                                            socket.textMessageHandler(
                                                    text ->
                                                            socket.writeTextMessage(
                                                                    "echo " + text));
                                        });
                    });
    private final GatewayFixture fixture = GatewayFixture.start();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    @AfterEach
    void stop() {
        fixture.close();
        upstream.close();
    }

    @Test
    void aConversationMayBeLongerThanABody() {
        fixture.route(
                        RECEIPTS,
                        limits(8, 1 << 20, 1_000, 10_000, 10_000),
                        replica("r1", upstream.port(), 8))
                .publish();
        WebSocket socket = connect("/e/acme/receipts/ws", TOKEN).join();
        String text = "x".repeat(900);
        for (int i = 0; i < 20; i++) {
            socket.sendText(text, true).join();
        }
        int all = "welcome".length() + 20 * "echo ".concat(text).length();
        await().until(() -> String.join("", received).length() == all);
        socket.abort();
    }

    private CompletableFuture<WebSocket> connect(String path, String token) {
        return fixture.client
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + fixture.gateway.port() + path),
                        new WebSocket.Listener() {
                            @Override
                            public CompletionStage<?> onText(
                                    WebSocket socket, CharSequence text, boolean last) {
                                received.add(text.toString());
                                socket.request(1);
                                return null;
                            }

                            @Override
                            public CompletionStage<?> onClose(
                                    WebSocket socket, int code, String reason) {
                                closed.complete(code);
                                return null;
                            }
                        });
    }

    @Test
    void passesMessagesBothWaysAndTheEnd() {
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 2)).publish();
        WebSocket socket = connect("/e/acme/receipts/ws", TOKEN).join();
        await().until(() -> received.contains("welcome"));
        socket.sendText("hello", true).join();
        await().until(() -> received.contains("echo hello"));
        assertThat(fixture.meters.get("marmita.gateway.inflight").gauge().value()).isEqualTo(1);

        socket.sendClose(1000, "bye").join();
        assertThat(closed.join()).isEqualTo(1000);
        await().until(() -> fixture.meters.get("marmita.gateway.inflight").gauge().value() == 0);
        await().untilAsserted(
                        () ->
                                assertThat(fixture.log)
                                        .singleElement()
                                        .satisfies(
                                                entry -> {
                                                    assertThat(entry.status()).isEqualTo(101);
                                                    assertThat(entry.bytesOut()).isPositive();
                                                }));
    }

    @Test
    void holdsAnUpgradeUntilAReplicaAppears() {
        fixture.route(RECEIPTS, limits()).publish();
        CompletableFuture<WebSocket> socket = connect("/e/acme/receipts/ws", TOKEN);
        await().until(() -> !fixture.wakes.isEmpty());
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 2)).publish();
        socket.join();
        await().until(() -> received.contains("welcome"));
    }

    @Test
    void aReplicaThatDiesEndsTheSocket() {
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 2)).publish();
        connect("/e/acme/receipts/ws", TOKEN).join();
        await().until(() -> received.contains("welcome"));
        upstream.close();
        await().until(() -> fixture.meters.get("marmita.gateway.inflight").gauge().value() == 0);
    }

    @Test
    void passesARefusalAndRefusesStrangers() {
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 2)).publish();
        assertThat(statusOf(connect("/e/acme/receipts/refuse", TOKEN))).isEqualTo(409);
        assertThat(statusOf(connect("/e/acme/receipts/ws", "unknown"))).isEqualTo(401);
        assertThat(upstream.asked).hasSize(1);
    }

    private static int statusOf(CompletableFuture<WebSocket> socket) {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        assertThatThrownBy(socket::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused -> status.complete(refused.getResponse().statusCode()));
        return status.join();
    }
}
