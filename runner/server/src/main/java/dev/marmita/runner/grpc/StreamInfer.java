package dev.marmita.runner.grpc;

import dev.marmita.runner.http.GrpcTimeout;
import dev.marmita.runner.http.Phase;
import dev.marmita.runner.http.RefusedException;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * One {@code ModelStreamInfer}: every request in is answered by one response out, in the order of the
 * requests. Takes requests in only as fast as they are answered and the answers are read. All of it on
 * the event loop of its connection, but for the runs of models.
 */
final class StreamInfer implements StreamedRequest.Stream {

    /** Requests of one stream that are in the house at the same time. */
    static final int AHEAD = 16;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final StreamedRequest.Kit kit;
    private final GrpcSettings settings;
    private final Context context;
    private final MessageReader reader;
    private final ArrayDeque<ByteBuf> chunks = new ArrayDeque<>();
    private final ArrayDeque<StreamedRequest> asked = new ArrayDeque<>();
    private Optional<End> end = Optional.empty();
    private boolean allRead;
    private boolean over;
    private long timer = -1;
    private long number;

    /** How the stream ends, once what was asked is answered. */
    private record End(GrpcStatus status, String message) {}

    private StreamInfer(HttpServerRequest request, StreamedRequest.Kit kit, Context context) {
        this.request = request;
        this.response = request.response();
        this.kit = kit;
        this.settings = kit.settings();
        this.context = context;
        this.reader =
                new MessageReader(settings.allocator(), settings.admission(), settings.maxBytes());
    }

    /** On the event loop. */
    static void talk(HttpServerRequest request, StreamedRequest.Kit kit) {
        Context context = Vertx.currentContext();
        if (context == null) {
            throw new IllegalStateException("not on an event loop");
        }
        new StreamInfer(request, kit, context).begin();
    }

    private void begin() {
        response.setChunked(true).putHeader("Content-Type", GrpcStatus.MEDIA_TYPE);
        response.putHeader("grpc-accept-encoding", "identity,gzip,deflate");
        response.closeHandler(ignored -> abandoned());
        response.exceptionHandler(ignored -> abandoned());
        request.exceptionHandler(ignored -> abandoned());
        response.drainHandler(ignored -> move());
        request.handler(this::received);
        request.endHandler(ignored -> allReceived());
        GrpcTimeout.parse(request.getHeader("grpc-timeout"))
                .ifPresent(
                        bound ->
                                timer =
                                        context.owner()
                                                .setTimer(
                                                        Math.max(1, bound.toMillis()),
                                                        ignored -> timedOut()));
        if (settings.phase().get() != Phase.READY) {
            finish(new End(GrpcStatus.UNAVAILABLE, "the service is not ready"));
        } else {
            // The caller may wait for the head before it asks anything.
            response.writeHead();
        }
    }

    private void received(Buffer chunk) {
        if (over || end.isPresent()) {
            return;
        }
        chunks.add(((BufferInternal) chunk).unwrap().duplicate());
        move();
    }

    private void allReceived() {
        allRead = true;
        move();
    }

    /** Answers what is ready, then asks as much as there is room for. */
    private void move() {
        if (over) {
            return;
        }
        while (!asked.isEmpty() && asked.peek().answered() && !response.writeQueueFull()) {
            ByteBuf answer = asked.remove().takeAnswer();
            response.write(BufferInternal.buffer(answer)).onComplete(ignored -> answer.release());
        }
        try {
            ask();
        } catch (RefusedException e) {
            finish(new End(GrpcStatus.ofHttp(e.status()), e.text()));
            return;
        }
        if (asked.isEmpty() && end.isPresent()) {
            finish(end.get());
        } else if (asked.isEmpty() && chunks.isEmpty() && allRead) {
            finish(
                    reader.inMessage()
                            ? new End(GrpcStatus.INVALID_ARGUMENT, "the last message is cut off")
                            : new End(GrpcStatus.OK, ""));
        }
    }

    private void ask() {
        while (!chunks.isEmpty() && asked.size() < AHEAD && end.isEmpty()) {
            ByteBuf chunk = chunks.element();
            Optional<MessageReader.Framed> message = reader.next(chunk);
            if (!chunk.isReadable()) {
                chunks.remove();
            }
            message.ifPresent(this::ask);
        }
        if (!chunks.isEmpty()) {
            request.pause();
        } else if (!allRead) {
            request.resume();
        }
    }

    private void ask(MessageReader.Framed message) {
        StreamedRequest one = new StreamedRequest(kit, request, this, context, message, number++);
        if (settings.phase().get() != Phase.READY) {
            one.drop();
            // What was asked before is still answered.
            end = Optional.of(new End(GrpcStatus.UNAVAILABLE, "the service is stopping"));
            chunks.clear();
            return;
        }
        asked.add(one);
        one.begin();
    }

    @Override
    public void answered() {
        move();
    }

    private void timedOut() {
        finish(new End(GrpcStatus.DEADLINE_EXCEEDED, "the time that the call allows is over"));
    }

    private void finish(End how) {
        if (over) {
            return;
        }
        close();
        if (how.status() == GrpcStatus.OK) {
            response.putTrailer("grpc-status", "0");
        } else {
            how.status()
                    .trailers(how.message())
                    .forEach(trailer -> response.putTrailer(trailer.name(), trailer.value()));
        }
        response.end();
        if (!allRead) {
            request.resume();
        }
    }

    private void abandoned() {
        if (!over) {
            close();
        }
    }

    private void close() {
        over = true;
        if (timer >= 0) {
            context.owner().cancelTimer(timer);
        }
        chunks.clear();
        reader.free();
        asked.forEach(StreamedRequest::cancel);
        asked.clear();
    }
}
