package dev.marmita.runner.http;

import dev.marmita.runner.work.RequestScope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Sends server-sent events from an inference thread, at most a few ahead of the network. An error after
 * the first event is an event too, for the status is already sent.
 */
final class EventStream {

    private static final int AHEAD = 8;

    private final HttpServerRequest request;
    private final RequestScope scope;
    private final Context context;
    private final Floor floor;
    private final Semaphore ahead = new Semaphore(AHEAD);

    EventStream(HttpServerRequest request, RequestScope scope, Context context, Floor floor) {
        this.request = request;
        this.scope = scope;
        this.context = context;
        this.floor = floor;
    }

    /**
     * @param head on the event loop: whether the stream may begin
     */
    void send(Reply.Events events, BooleanSupplier head) {
        CompletableFuture<Boolean> begun = new CompletableFuture<>();
        context.runOnContext(ignored -> begun.complete(begin(head)));
        try (var stream = events.events()) {
            if (!begun.join()) {
                return;
            }
            try {
                Iterator<ByteBuf> each = stream.iterator();
                while (!scope.cancelled() && each.hasNext()) {
                    write("data: ", each.next());
                }
            } catch (RuntimeException e) {
                floor.log()
                        .error(
                                "a stream of events failed",
                                Map.of("requestId", scope.requestId()),
                                e);
                String error = "{\"error\":\"internal error; request " + scope.requestId() + "\"}";
                write(
                        "event: error\ndata: ",
                        Unpooled.wrappedBuffer(error.getBytes(StandardCharsets.UTF_8)));
            }
            context.runOnContext(ignored -> end());
        }
    }

    private boolean begin(BooleanSupplier head) {
        if (!head.getAsBoolean()) {
            return false;
        }
        HttpServerResponse response = request.response();
        response.putHeader("Content-Type", "text/event-stream");
        response.putHeader("Cache-Control", "no-store");
        response.setChunked(true);
        response.closeHandler(ignored -> scope.cancel());
        response.exceptionHandler(ignored -> scope.cancel());
        return true;
    }

    private void write(String prefix, ByteBuf data) {
        ByteBuf event =
                Unpooled.wrappedBuffer(
                        Unpooled.wrappedBuffer(prefix.getBytes(StandardCharsets.UTF_8)),
                        data,
                        Unpooled.wrappedBuffer("\n\n".getBytes(StandardCharsets.UTF_8)));
        if (!waitForRoom()) {
            event.release();
            return;
        }
        context.runOnContext(
                ignored ->
                        request.response()
                                .write(BufferInternal.buffer(event))
                                .onComplete(
                                        written -> {
                                            event.release();
                                            ahead.release();
                                        }));
    }

    private boolean waitForRoom() {
        try {
            while (!scope.cancelled()) {
                if (ahead.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void end() {
        if (!request.response().ended() && !request.response().closed()) {
            request.response().end();
        }
    }
}
