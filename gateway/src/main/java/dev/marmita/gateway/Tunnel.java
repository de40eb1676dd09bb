package dev.marmita.gateway;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetSocket;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A WebSocket through the gateway: after the upgrade bytes pass both ways as they are. */
final class Tunnel {

    private final AnswerRelay.Owner owner;
    private final NetSocket replica;
    private @Nullable NetSocket client;
    private boolean over;

    private Tunnel(NetSocket replica, AnswerRelay.Owner owner) {
        this.replica = replica;
        this.owner = owner;
    }

    /** Whether a request asks for a WebSocket (RFC 6455, 4.1). */
    static boolean wanted(HttpServerRequest request) {
        String upgrade = request.getHeader(HttpHeaders.UPGRADE);
        String connection = request.getHeader(HttpHeaders.CONNECTION);
        return request.version() == HttpVersion.HTTP_1_1
                && request.method().equals(HttpMethod.GET)
                && upgrade != null
                && upgrade.equalsIgnoreCase("websocket")
                && connection != null
                && connection.toLowerCase(Locale.ROOT).contains("upgrade")
                && !request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /**
     * Switches the client's connection over.
     *
     * @param answer with status 101
     */
    static Tunnel open(
            HttpServerRequest request,
            HttpClientResponse answer,
            String requestId,
            AnswerRelay.Owner owner) {
        NetSocket replica = answer.netSocket();
        replica.pause();
        Tunnel tunnel = new Tunnel(replica, owner);
        HttpServerResponse response = request.response();
        ForwardedHeaders.toClient(answer.headers(), response.headers());
        response.putHeader(ForwardedHeaders.REQUEST_ID, requestId);
        response.putHeader(HttpHeaders.CONNECTION, "Upgrade");
        response.putHeader(HttpHeaders.UPGRADE, "websocket");
        request.toNetSocket().onComplete(tunnel::connect, gone -> tunnel.end());
        return tunnel;
    }

    /** Closes both sides. */
    void close() {
        over = true;
        replica.close();
        NetSocket open = client;
        if (open != null) {
            open.close();
        }
    }

    private void connect(NetSocket socket) {
        client = socket;
        if (over) {
            socket.close();
            return;
        }
        pipe(replica, socket, true);
        pipe(socket, replica, false);
        replica.resume();
    }

    private void pipe(NetSocket from, NetSocket to, boolean answers) {
        from.handler(
                piece -> {
                    owner.answerMoved(answers ? piece.length() : 0);
                    to.write(piece);
                    if (to.writeQueueFull()) {
                        from.pause();
                        to.drainHandler(drained -> from.resume());
                    }
                });
        from.exceptionHandler(broken -> end());
        from.closeHandler(closed -> end());
        from.endHandler(closed -> end());
    }

    private void end() {
        if (!over) {
            close();
            owner.answerEnded();
        }
    }
}
