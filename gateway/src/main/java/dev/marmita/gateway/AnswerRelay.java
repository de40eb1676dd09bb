package dev.marmita.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.function.Consumer;

/** Passes a replica's answer to the client, piece by piece and no faster than the client reads. */
final class AnswerRelay {

    /** Told once each. */
    interface Owner {
        void answerMoved(long bytes);

        /** The replica is done; the client may still read. */
        void answerEnded();

        void answerBroken();
    }

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final HttpClientResponse answer;
    private final Owner owner;
    private final boolean closes;
    private boolean stopped;

    AnswerRelay(HttpServerRequest request, HttpClientResponse answer, Owner owner) {
        this.request = request;
        this.response = request.response();
        this.answer = answer;
        this.owner = owner;
        this.closes = HeadRules.closes(request);
    }

    /**
     * @param soon runs a task after what came together with the head was passed on
     */
    void begin(String requestId, String serverTiming, Consumer<Runnable> soon) {
        response.setStatusCode(answer.statusCode());
        if (request.version() != HttpVersion.HTTP_2 && answer.statusMessage() != null) {
            response.setStatusMessage(answer.statusMessage());
        }
        ForwardedHeaders.toClient(answer.headers(), response.headers());
        response.putHeader(ForwardedHeaders.REQUEST_ID, requestId);
        response.headers().add("Server-Timing", serverTiming);
        if (closes) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        boolean framed = response.headers().contains(HttpHeaders.CONTENT_LENGTH) || bodiless();
        if (!framed && request.version() == HttpVersion.HTTP_1_1) {
            response.setChunked(true);
        }
        answer.exceptionHandler(gone -> broken());
        answer.handler(this::piece);
        answer.endHandler(end -> ended());
        // A head must not wait for a body that comes later, as that of an event stream.
        soon.accept(this::writeHead);
    }

    /** The client is gone: what still comes is not for anybody. */
    void stop() {
        stopped = true;
    }

    private void writeHead() {
        if (!stopped && !response.headWritten()) {
            response.writeHead();
        }
    }

    private boolean bodiless() {
        int status = answer.statusCode();
        return request.method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
    }

    private void piece(Buffer piece) {
        if (stopped) {
            return;
        }
        owner.answerMoved(piece.length());
        response.write(piece);
        if (response.writeQueueFull()) {
            answer.pause();
            response.drainHandler(drained -> answer.resume());
        }
    }

    private void ended() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (!answer.trailers().isEmpty()) {
            ForwardedHeaders.trailers(answer.trailers(), response.trailers());
        }
        // Before the stream ends, which the owner would take for a client that went away.
        owner.answerEnded();
        if (closes) {
            response.end().onComplete(written -> request.connection().close());
        } else {
            response.end();
        }
    }

    private void broken() {
        if (!stopped) {
            stopped = true;
            owner.answerBroken();
        }
    }
}
