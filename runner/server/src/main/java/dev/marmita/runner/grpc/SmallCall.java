package dev.marmita.runner.grpc;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.service.BadInputException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.function.BiConsumer;

/**
 * A conversation of small messages on the event loop: every message in is answered by one out, as they
 * come. A unary call is one with a single message.
 */
final class SmallCall {

    private static final int MAX_BYTES = 64 << 10;

    private final HttpServerRequest request;
    private final Frames frames;
    private final BiConsumer<ByteBuf, ProtoWriter> answer;
    private final ByteBuf pending = Unpooled.buffer();
    private boolean failed;
    private boolean begun;

    private SmallCall(
            HttpServerRequest request, Frames frames, BiConsumer<ByteBuf, ProtoWriter> answer) {
        this.request = request;
        this.frames = frames;
        this.answer = answer;
    }

    /**
     * @param answer reads a message and writes its answer; may throw {@link RefusedException} or {@link
     *     BadInputException}, which end the call
     */
    static void talk(
            HttpServerRequest request, Frames frames, BiConsumer<ByteBuf, ProtoWriter> answer) {
        SmallCall call = new SmallCall(request, frames, answer);
        request.exceptionHandler(ignored -> call.failed = true);
        request.handler(call::received);
        request.endHandler(ignored -> call.ended());
    }

    private void received(Buffer chunk) {
        if (failed) {
            return;
        }
        pending.discardReadBytes();
        pending.writeBytes(((BufferInternal) chunk).unwrap().duplicate());
        try {
            while (pending.readableBytes() >= Frames.HEAD) {
                long length = pending.getUnsignedInt(pending.readerIndex() + 1);
                if (length > MAX_BYTES) {
                    throw new RefusedException(413, "the message is too large for this call");
                }
                if (pending.readableBytes() < Frames.HEAD + length) {
                    return;
                }
                message(pending.readSlice(Frames.HEAD + (int) length));
            }
        } catch (RefusedException e) {
            fail(GrpcStatus.ofHttp(e.status()), e.text());
        } catch (BadInputException e) {
            fail(GrpcStatus.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            fail(GrpcStatus.INTERNAL, "internal error");
            throw e;
        }
    }

    private void message(ByteBuf frame) {
        ByteBuf message = frames.only(frame, request.getHeader("grpc-encoding"));
        try {
            ByteBuf reply = frames.frame(256, to -> answer.accept(message, to));
            begin();
            request.response()
                    .write(BufferInternal.buffer(reply))
                    .onComplete(ignored -> reply.release());
        } finally {
            message.release();
        }
    }

    private void begin() {
        if (!begun) {
            begun = true;
            request.response().setChunked(true).putHeader("Content-Type", GrpcStatus.MEDIA_TYPE);
        }
    }

    private void ended() {
        if (failed) {
            return;
        }
        if (!begun) {
            fail(GrpcStatus.INVALID_ARGUMENT, "the call has no message");
            return;
        }
        request.response().putTrailer("grpc-status", "0");
        request.response().end();
    }

    private void fail(GrpcStatus status, String text) {
        failed = true;
        HttpServerResponse response = request.response();
        begin();
        status.trailers(text)
                .forEach(trailer -> response.putTrailer(trailer.name(), trailer.value()));
        response.end();
    }
}
