package dev.marmita.runner.grpc;

import dev.marmita.runner.http.Intake;
import dev.marmita.runner.http.Message;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.http.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;

/** Messages of a gRPC call, in and out with their frames. */
final class GrpcWire implements Wire {

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final int maxBytes;
    private final boolean streamsIn;
    private final boolean streamsOut;
    private final ByteBuf head = Unpooled.buffer(Frames.HEAD, Frames.HEAD);
    private long missing;
    private boolean begun;

    /**
     * @param streamsIn whether the caller may send more than one message
     * @param streamsOut whether the service may
     */
    GrpcWire(HttpServerRequest request, int maxBytes, boolean streamsIn, boolean streamsOut) {
        this.request = request;
        this.response = request.response();
        this.maxBytes = maxBytes;
        this.streamsIn = streamsIn;
        this.streamsOut = streamsOut;
    }

    @Override
    public boolean duplex() {
        return streamsIn;
    }

    /** A caller's own limit is one for the whole call. */
    @Override
    public boolean timed() {
        return (streamsIn || streamsOut) && request.getHeader("grpc-timeout") != null;
    }

    @Override
    public void open(Intake intake) {
        request.handler(chunk -> take(((BufferInternal) chunk).unwrap().duplicate(), intake));
        request.endHandler(
                ignored -> {
                    if (missing > 0 || head.isReadable()) {
                        intake.refuse(new RefusedException(400, "the call is cut off"));
                    } else {
                        intake.end();
                    }
                });
    }

    private void take(ByteBuf chunk, Intake intake) {
        while (chunk.isReadable()) {
            if (missing == 0 && !headed(chunk, intake)) {
                return;
            }
            int size = (int) Math.min(missing, chunk.readableBytes());
            intake.append(chunk.readSlice(size));
            missing -= size;
            if (missing == 0) {
                head.clear();
                intake.complete(GrpcStatus.MEDIA_TYPE);
            }
        }
    }

    /** Whether the head of a frame is complete; a message of no bytes is then, too. */
    private boolean headed(ByteBuf chunk, Intake intake) {
        chunk.readBytes(head, Math.min(head.writableBytes(), chunk.readableBytes()));
        if (head.readableBytes() < Frames.HEAD) {
            return false;
        }
        missing = head.getUnsignedInt(1);
        if (missing > maxBytes) {
            intake.refuse(
                    new RefusedException(413, "the message is larger than " + maxBytes + " bytes"));
        }
        intake.append(head);
        if (missing == 0) {
            head.clear();
            intake.complete(GrpcStatus.MEDIA_TYPE);
            return chunk.isReadable() && headed(chunk, intake);
        }
        return true;
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

    private void begin() {
        if (!begun) {
            begun = true;
            response.setChunked(true);
            response.putHeader("Content-Type", GrpcStatus.MEDIA_TYPE);
            response.putHeader("grpc-accept-encoding", "identity,gzip,deflate");
        }
    }

    @Override
    public Future<Void> send(Message message) {
        if (response.closed() || response.ended()) {
            return Future.failedFuture("the connection is closed");
        }
        begin();
        return response.write(BufferInternal.buffer(message.data()));
    }

    @Override
    public void end() {
        if (!response.closed() && !response.ended()) {
            begin();
            response.putTrailer("grpc-status", "0");
            response.end();
        }
    }

    @Override
    public void fail(int status, String text, Reply.Whole reply) {
        reply.drop();
        if (!response.closed() && !response.ended()) {
            GrpcStatus.ofHttp(status)
                    .trailers(text)
                    .forEach(trailer -> response.putTrailer(trailer.name(), trailer.value()));
            response.end();
        }
    }
}
