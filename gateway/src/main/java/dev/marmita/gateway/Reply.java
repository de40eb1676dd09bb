package dev.marmita.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.core.io.JsonStringEncoder;

/** Writes answers that the gateway gives itself: JSON, or the status of a gRPC call. */
final class Reply {

    private static final long LINGER_MILLIS = 2_000;
    private static final long LINGER_BYTES = 16L << 20;
    private static final long READ_ON_BYTES = 256L << 10;
    private static final int HTTP2_NO_ERROR = 0;

    private Reply() {}

    static boolean isGrpc(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null
                && request.version() == HttpVersion.HTTP_2
                && type.toLowerCase(Locale.ROOT).startsWith("application/grpc");
    }

    /**
     * Refuses, and sees to it that a body that is still on its way neither blocks the answer nor is read
     * for long.
     *
     * @return bytes of the answer's body
     */
    static int refuse(Vertx vertx, HttpServerRequest request, String requestId, Refusal refusal) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return 0;
        }
        response.putHeader(ForwardedHeaders.REQUEST_ID, requestId);
        if (isGrpc(request)) {
            response.putHeader("content-type", "application/grpc");
            response.putHeader("grpc-status", Integer.toString(refusal.grpc().code()));
            response.putHeader("grpc-message", percentEncoded(refusal.message()));
            finish(vertx, request, "", false);
            return 0;
        }
        response.setStatusCode(refusal.status());
        if (refusal.retryAfterSeconds() > 0) {
            response.putHeader(
                    HttpHeaders.RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
        }
        if (!refusal.challenge().isEmpty()) {
            response.putHeader("www-authenticate", refusal.challenge());
        }
        if (!refusal.rateLimit().isEmpty()) {
            response.putHeader("ratelimit", refusal.rateLimit());
            response.putHeader("ratelimit-policy", refusal.rateLimitPolicy());
        }
        String body = json(refusal.message());
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        finish(vertx, request, body, refusal.hangsUp());
        return body.length();
    }

    /** Ends a gRPC call whose answer has begun. */
    static void endStream(HttpServerRequest request, Refusal refusal) {
        HttpServerResponse response = request.response();
        response.putTrailer("grpc-status", Integer.toString(refusal.grpc().code()));
        response.putTrailer("grpc-message", percentEncoded(refusal.message()));
        response.end().onComplete(written -> stopStream(request));
    }

    /** Answers with a page of the gateway itself. */
    static void page(Vertx vertx, HttpServerRequest request, int status, String type, String body) {
        request.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type);
        finish(vertx, request, body, false);
    }

    private static void finish(
            Vertx vertx, HttpServerRequest request, String body, boolean hangUp) {
        HttpServerResponse response = request.response();
        boolean http2 = request.version() == HttpVersion.HTTP_2;
        boolean unread = !request.isEnded();
        boolean closes =
                !http2 && (hangUp || HeadRules.closes(request) || (unread && muchToCome(request)));
        if (closes) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (unread) {
            throwAway(request, http2);
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        Future<Void> done = bytes.length == 0 ? response.end() : response.end(Buffer.buffer(bytes));
        if (http2) {
            done.onComplete(written -> stopStream(request));
        } else if (closes) {
            done.onComplete(written -> linger(vertx, request));
        }
    }

    /** Whether reading the rest of the body costs more than a new connection. */
    private static boolean muchToCome(HttpServerRequest request) {
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            return true;
        }
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length != null && (length.length() > 9 || Long.parseLong(length) > READ_ON_BYTES);
    }

    private static void throwAway(HttpServerRequest request, boolean http2) {
        AtomicLong read = new AtomicLong();
        request.exceptionHandler(gone -> {});
        request.handler(
                piece -> {
                    if (read.addAndGet(piece.length()) > LINGER_BYTES && !http2) {
                        request.connection().close();
                    }
                });
        request.resume();
    }

    private static void stopStream(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.response().reset(HTTP2_NO_ERROR);
        }
    }

    /** Closing at once would reset the connection and may take the answer with it. */
    private static void linger(Vertx vertx, HttpServerRequest request) {
        if (request.isEnded()) {
            request.connection().close();
            return;
        }
        long timer = vertx.setTimer(LINGER_MILLIS, late -> request.connection().close());
        request.endHandler(
                end -> {
                    vertx.cancelTimer(timer);
                    request.connection().close();
                });
    }

    static String json(String message) {
        return "{\"error\":\""
                + new String(JsonStringEncoder.getInstance().quoteAsCharArray(message))
                + "\"}";
    }

    /** As gRPC over HTTP/2 wants {@code grpc-message}. */
    private static String percentEncoded(String message) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
            if (b >= 0x20 && b < 0x7f && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return encoded.toString();
    }
}
