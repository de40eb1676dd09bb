package dev.marmita.runner.http;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a WebSocket. A client that has said all sends an empty text, for a WebSocket cannot be
 * closed in one direction. A failure is told by the close: code 4000 and the status that HTTP would have,
 * and the message as its reason.
 */
public final class SocketWire implements Wire {

    private static final int NORMAL = 1000;
    private static final int FAILURE = 4000;
    private static final int MAX_REASON = 120;
    private static final String OCTETS = "application/octet-stream";

    private final HttpServerRequest request;
    private @Nullable Future<ServerWebSocket> socket;
    private boolean text;

    public SocketWire(HttpServerRequest request) {
        this.request = request;
    }

    /** Whether a request asks for a WebSocket (RFC 6455, 4.1). */
    public static boolean wanted(HttpServerRequest request) {
        String upgrade = request.getHeader(HttpHeaders.UPGRADE);
        String connection = request.getHeader(HttpHeaders.CONNECTION);
        return request.version() == HttpVersion.HTTP_1_1
                && request.method().equals(HttpMethod.GET)
                && upgrade != null
                && upgrade.equalsIgnoreCase("websocket")
                && connection != null
                && connection.toLowerCase(Locale.ROOT).contains("upgrade");
    }

    @Override
    public boolean duplex() {
        return true;
    }

    @Override
    public boolean timed() {
        return false;
    }

    @Override
    public void open(Intake intake) {
        Future<ServerWebSocket> opened = request.toWebSocket();
        socket = opened;
        opened.onSuccess(
                        one -> {
                            one.closeHandler(ignored -> intake.leave());
                            one.exceptionHandler(ignored -> intake.leave());
                            one.frameHandler(frame -> take(frame, intake));
                        })
                .onFailure(ignored -> intake.leave());
    }

    private void take(WebSocketFrame frame, Intake intake) {
        if (frame.isText()) {
            text = true;
        } else if (frame.isBinary()) {
            text = false;
        } else if (!frame.isContinuation()) {
            return;
        }
        intake.append(((BufferInternal) frame.binaryData()).unwrap());
        if (frame.isFinal()) {
            if (text && intake.pending() == 0) {
                intake.end();
            } else {
                intake.complete(text ? Message.JSON : OCTETS);
            }
        }
    }

    private void with(Consumer<ServerWebSocket> action) {
        Future<ServerWebSocket> open = socket;
        if (open != null) {
            open.onSuccess(action::accept);
        }
    }

    @Override
    public void pause() {
        with(ServerWebSocket::pause);
    }

    @Override
    public void resume() {
        with(ServerWebSocket::resume);
    }

    @Override
    public boolean begun() {
        return socket != null;
    }

    @Override
    public Future<Void> send(Message message) {
        Future<ServerWebSocket> open = socket;
        if (open == null) {
            return Future.failedFuture("not open");
        }
        ByteBuf data = message.data();
        return open.compose(
                one ->
                        message.text()
                                ? one.writeTextMessage(data.toString(StandardCharsets.UTF_8))
                                : one.writeBinaryMessage(Buffer.buffer(bytes(data))));
    }

    private static byte[] bytes(ByteBuf data) {
        byte[] bytes = new byte[data.readableBytes()];
        data.getBytes(data.readerIndex(), bytes);
        return bytes;
    }

    @Override
    public void end() {
        with(one -> one.close((short) NORMAL));
    }

    @Override
    public void fail(int status, String reason, Reply.Whole reply) {
        reply.drop();
        with(one -> one.close((short) (FAILURE + status), shortened(reason)));
    }

    /** A reason has at most 123 bytes. */
    private static String shortened(String reason) {
        StringBuilder text = new StringBuilder(reason);
        while (text.toString().getBytes(StandardCharsets.UTF_8).length > MAX_REASON) {
            text.setLength(text.offsetByCodePoints(text.length(), -1));
        }
        return text.toString();
    }
}
