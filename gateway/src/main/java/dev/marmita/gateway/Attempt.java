package dev.marmita.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.HostAndPort;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One offer of a request to one replica, up to the head of its answer. Used on one event loop. */
final class Attempt {

    /** Told once, unless the attempt is cancelled. */
    interface Owner {
        /** The handlers of the answer must be set before this returns. */
        void answered(Attempt attempt, HttpClientResponse answer);

        void failed(Attempt attempt, RetryPolicy.Failure failure);
    }

    private static final long HTTP2_CANCEL = 8;
    private static final long HTTP2_REFUSED_STREAM = 7;

    private final HttpServerRequest request;
    private final Lease lease;
    private final Owner owner;
    private @Nullable HttpClientRequest upstream;
    private boolean told;
    private boolean sent;

    Attempt(HttpServerRequest request, Lease lease, Owner owner) {
        this.request = request;
        this.lease = lease;
        this.owner = owner;
    }

    Lease lease() {
        return lease;
    }

    /**
     * What is sent.
     *
     * @param headers writes the headers
     * @param body null: it asks for a WebSocket
     */
    record Content(
            String target,
            Consumer<MultiMap> headers,
            @Nullable RequestBody body,
            boolean overHttp2) {}

    void begin(Upstreams upstreams, Content content) {
        upstreams
                .open(lease.replica(), request.method(), content.target(), content.overHttp2())
                .onComplete(
                        opened -> {
                            if (told) {
                                opened.exceptionHandler(gone -> {});
                                opened.reset(HTTP2_CANCEL);
                            } else {
                                send(opened, content);
                            }
                        },
                        refused -> fail(RetryPolicy.Failure.NOT_CONNECTED, refused));
    }

    /** Nobody waits for it any more: the replica is told by a closed connection or a reset stream. */
    void cancel() {
        told = true;
        HttpClientRequest running = upstream;
        if (running != null) {
            running.reset(HTTP2_CANCEL);
        }
    }

    private void send(HttpClientRequest opened, Content content) {
        upstream = opened;
        opened.exceptionHandler(broken -> fail(RetryPolicy.Failure.BROKEN_OFF, broken));
        content.headers().accept(opened.headers());
        opened.putHeader(ForwardedHeaders.REPLICA, lease.replica().id());
        HostAndPort authority = request.authority();
        if (authority != null) {
            opened.authority(authority);
        }
        opened.response()
                .onComplete(this::answered, broken -> fail(RetryPolicy.Failure.BROKEN_OFF, broken));
        sent = true;
        RequestBody body = content.body();
        if (body == null) {
            opened.connect();
            return;
        }
        frame(opened, body, content.overHttp2());
        if (body.complete() && body.keptBytes() == 0) {
            opened.end();
        } else {
            body.sendTo(opened);
        }
    }

    private void frame(HttpClientRequest opened, RequestBody body, boolean overHttp2) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (body.complete()) {
            if (length != null || body.keptBytes() > 0) {
                opened.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(body.keptBytes()));
            }
        } else if (length != null) {
            opened.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        } else if (!overHttp2) {
            opened.setChunked(true);
        }
    }

    private void answered(HttpClientResponse answer) {
        if (told) {
            return;
        }
        if (unprocessed(answer) || strange(answer)) {
            told = true;
            letEnd(answer);
            owner.failed(this, RetryPolicy.Failure.UNPROCESSED);
            return;
        }
        told = true;
        owner.answered(this, answer);
    }

    private static boolean unprocessed(HttpClientResponse answer) {
        return answer.statusCode() == 503
                && "true".equalsIgnoreCase(answer.getHeader(ForwardedHeaders.UNPROCESSED));
    }

    /**
     * Whether another replica answers at this address: one died and its port was given to the next, maybe
     * another tenant's. Runners refuse what names another; this is for those that would not.
     */
    private boolean strange(HttpClientResponse answer) {
        String replica = answer.getHeader(ForwardedHeaders.REPLICA);
        return replica != null && !replica.equals(lease.replica().id());
    }

    /** Reads a refusal to its end so that its connection can be used again, unless more is to be sent. */
    private void letEnd(HttpClientResponse answer) {
        answer.exceptionHandler(gone -> {});
        HttpClientRequest running = upstream;
        if (running != null && request.isEnded()) {
            answer.handler(thrownAway -> {});
            answer.resume();
        } else if (running != null) {
            running.reset(HTTP2_CANCEL);
        }
    }

    private void fail(RetryPolicy.Failure failure, Throwable cause) {
        if (told) {
            return;
        }
        told = true;
        boolean refusedStream =
                cause instanceof StreamResetException reset
                        && reset.getCode() == HTTP2_REFUSED_STREAM;
        RetryPolicy.Failure kind = refusedStream ? RetryPolicy.Failure.UNPROCESSED : failure;
        if (kind == RetryPolicy.Failure.BROKEN_OFF && !sent) {
            kind = RetryPolicy.Failure.NOT_CONNECTED;
        }
        owner.failed(this, kind);
    }
}
