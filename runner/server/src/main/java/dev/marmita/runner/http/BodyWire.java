package dev.marmita.runner.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;

/** Messages in the body of a request and in the body of its answer. */
public final class BodyWire implements Wire {

    private static final int HTTP2_INTERNAL_ERROR = 2;

    /** What is a message of the request. */
    public enum In {
        /** All of it. */
        WHOLE,
        /** A line; empty ones are passed over. */
        LINES,
        /** A piece, as it comes. */
        PIECES
    }

    /** How a message stands in the answer. */
    public enum Out {
        /** As a server-sent event. */
        EVENTS,
        /** As a line. */
        LINES,
        /** As a piece. */
        PIECES,
        /** Alone. */
        SINGLE
    }

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final In in;
    private final Out out;
    private final String mediaType;
    private boolean begun;

    /**
     * @param mediaType of the messages that come in
     */
    public BodyWire(HttpServerRequest request, In in, Out out, String mediaType) {
        this.request = request;
        this.response = request.response();
        this.in = in;
        this.out = out;
        this.mediaType = mediaType;
    }

    @Override
    public boolean duplex() {
        return in != In.WHOLE;
    }

    @Override
    public boolean timed() {
        return false;
    }

    @Override
    public void open(Intake intake) {
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            response.writeContinue();
        }
        request.handler(chunk -> take(((BufferInternal) chunk).unwrap(), intake));
        request.endHandler(
                ignored -> {
                    if (in == In.WHOLE || intake.pending() > 0) {
                        intake.complete(mediaType);
                    }
                    intake.end();
                });
    }

    private void take(ByteBuf chunk, Intake intake) {
        switch (in) {
            case WHOLE -> intake.append(chunk);
            case PIECES -> {
                intake.append(chunk);
                intake.complete(mediaType);
            }
            case LINES -> {
                int from = chunk.readerIndex();
                int end = chunk.writerIndex();
                for (int at = chunk.indexOf(from, end, (byte) '\n');
                        at >= 0;
                        at = chunk.indexOf(from, end, (byte) '\n')) {
                    intake.append(chunk.slice(from, at - from));
                    if (intake.pending() > 0) {
                        intake.complete(mediaType);
                    }
                    from = at + 1;
                }
                intake.append(chunk.slice(from, end - from));
            }
        }
    }

    @Override
    public void pause() {
        request.pause();
    }

    @Override
    public void resume() {
        request.resume();
    }

    @Override
    public boolean begun() {
        return begun;
    }

    @Override
    public Future<Void> send(Message message) {
        if (response.closed() || response.ended()) {
            return Future.failedFuture("the connection is closed");
        }
        if (out == Out.SINGLE) {
            begun = true;
            response.putHeader("Content-Type", message.mediaType());
            return response.end(buffer(message.data()));
        }
        head(message.mediaType());
        ByteBuf framed = framed(message.data().retain());
        return response.write(buffer(framed)).onComplete(ignored -> framed.release());
    }

    private ByteBuf framed(ByteBuf data) {
        return switch (out) {
            case EVENTS -> Unpooled.wrappedBuffer(text("data: "), data, text("\n\n"));
            case LINES -> Unpooled.wrappedBuffer(data, text("\n"));
            case PIECES, SINGLE -> data;
        };
    }

    private static ByteBuf text(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Buffer buffer(ByteBuf data) {
        return BufferInternal.buffer(data);
    }

    private void head(String type) {
        if (begun) {
            return;
        }
        begun = true;
        response.setChunked(true);
        response.putHeader("Cache-Control", "no-store");
        response.putHeader(
                "Content-Type",
                switch (out) {
                    case EVENTS -> "text/event-stream";
                    case LINES -> "application/x-ndjson";
                    case PIECES, SINGLE -> type.isEmpty() ? "application/octet-stream" : type;
                });
    }

    @Override
    public void end() {
        if (!response.ended() && !response.closed()) {
            head("");
            response.end();
        }
    }

    @Override
    public void fail(int status, String text, Reply.Whole reply) {
        if (response.ended() || response.closed()) {
            reply.drop();
            return;
        }
        switch (out) {
            case EVENTS ->
                    last(
                            Unpooled.wrappedBuffer(
                                    text("event: error\ndata: "), reply.body(), text("\n\n")));
            case LINES -> last(Unpooled.wrappedBuffer(reply.body(), text("\n")));
            case PIECES, SINGLE -> {
                reply.drop();
                breakOff();
            }
        }
    }

    private void last(ByteBuf data) {
        response.end(buffer(data)).onComplete(ignored -> data.release());
    }

    /** What is cut off must not look complete. */
    private void breakOff() {
        if (request.version() == HttpVersion.HTTP_2) {
            response.reset(HTTP2_INTERNAL_ERROR);
        } else {
            request.connection().close();
        }
    }
}
