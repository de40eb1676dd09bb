package dev.marmita.runner.grpc;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.service.BadInputException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** gRPC's standard health service. Thread-safe. */
final class HealthService {

    static final String NAME = "grpc.health.v1.Health";

    private static final int MAX_BYTES = 4096;
    private static final long EVERY_MILLIS = 250;

    /** In the order of their numbers, from 1. */
    enum Status {
        SERVING,
        NOT_SERVING,
        /** Only told to who watches: the service may come to be known. */
        SERVICE_UNKNOWN;

        int number() {
            return ordinal() + 1;
        }
    }

    private final Function<String, Status> names;
    private final Frames frames;
    private final AtomicInteger trusting = new AtomicInteger();

    /**
     * @param names whose health can be asked for
     */
    HealthService(Function<String, Status> names, Frames frames) {
        this.names = names;
        this.frames = frames;
    }

    /** {@code Check}. */
    void check(ByteBuf in, ProtoWriter out) {
        Status status = names.apply(service(in));
        if (status == Status.SERVICE_UNKNOWN) {
            throw new RefusedException(404, "there is no such service or model");
        }
        out.number(1, status.number());
    }

    /** Watchers whose last message says that this server serves. */
    int trusting() {
        return trusting.get();
    }

    private static String service(ByteBuf in) {
        String service = "";
        ProtoReader reader = new ProtoReader(in);
        for (int field = reader.next(); field != 0; field = reader.next()) {
            if (field == 1) {
                service = reader.string();
            } else {
                reader.skip();
            }
        }
        return service;
    }

    /** {@code Watch}: the status now and whenever it changes, until the caller leaves. */
    void watch(HttpServerRequest request) {
        Context context = Vertx.currentContext();
        if (context == null) {
            throw new IllegalStateException("not on an event loop");
        }
        ByteBuf body = Unpooled.buffer();
        HttpServerResponse response = request.response();
        response.setChunked(true).putHeader("Content-Type", GrpcStatus.MEDIA_TYPE);
        request.handler(
                chunk -> {
                    if (body.readableBytes() + chunk.length() <= MAX_BYTES) {
                        body.writeBytes(((BufferInternal) chunk).unwrap().duplicate());
                    }
                });
        request.endHandler(
                ignored -> {
                    try {
                        ByteBuf message = frames.only(body, request.getHeader("grpc-encoding"));
                        try {
                            new Watching(service(message), context, response).begin();
                        } finally {
                            message.release();
                        }
                    } catch (RefusedException e) {
                        end(response, GrpcStatus.ofHttp(e.status()), e.text());
                    } catch (BadInputException e) {
                        String text = String.valueOf(e.getMessage());
                        end(response, GrpcStatus.INVALID_ARGUMENT, text);
                    }
                });
    }

    private static void end(HttpServerResponse response, GrpcStatus status, String text) {
        status.trailers(text)
                .forEach(trailer -> response.putTrailer(trailer.name(), trailer.value()));
        response.end();
    }

    private final class Watching {

        private final String service;
        private final Context context;
        private final HttpServerResponse response;
        private @Nullable Status told;

        Watching(String service, Context context, HttpServerResponse response) {
            this.service = service;
            this.context = context;
            this.response = response;
        }

        void begin() {
            tell();
            long timer = context.owner().setPeriodic(EVERY_MILLIS, ignored -> tell());
            response.closeHandler(ignored -> left(timer));
            response.exceptionHandler(ignored -> left(timer));
        }

        private void left(long timer) {
            context.owner().cancelTimer(timer);
            if (told == Status.SERVING) {
                told = Status.NOT_SERVING;
                trusting.decrementAndGet();
            }
        }

        private void tell() {
            Status now = names.apply(service);
            if (now == told || response.closed() || response.writeQueueFull()) {
                return;
            }
            Status before = told;
            told = now;
            if (now == Status.SERVING) {
                trusting.incrementAndGet();
            }
            ByteBuf frame = frames.frame(8, out -> out.number(1, now.number()));
            response.write(BufferInternal.buffer(frame))
                    .onComplete(
                            ignored -> {
                                frame.release();
                                if (before == Status.SERVING) {
                                    trusting.decrementAndGet();
                                }
                            });
        }
    }
}
