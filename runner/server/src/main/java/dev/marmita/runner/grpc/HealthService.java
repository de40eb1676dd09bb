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
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** gRPC's standard health service. Thread-safe. */
final class HealthService {

    static final String NAME = "grpc.health.v1.Health";

    private static final int MAX_BYTES = 4096;
    private static final long EVERY_MILLIS = 250;
    private static final int SERVING = 1;
    private static final int NOT_SERVING = 2;
    private static final int SERVICE_UNKNOWN = 3;

    private final Set<String> services;
    private final BooleanSupplier ready;
    private final Frames frames;
    private final AtomicInteger trusting = new AtomicInteger();

    /**
     * @param services names of the services whose health is that of the server; the empty name is always
     */
    HealthService(Set<String> services, BooleanSupplier ready, Frames frames) {
        this.services = Set.copyOf(services);
        this.ready = ready;
        this.frames = frames;
    }

    /** {@code Check}. */
    void check(ByteBuf in, ProtoWriter out) {
        int status = status(service(in));
        if (status == SERVICE_UNKNOWN) {
            throw new RefusedException(404, "there is no such service");
        }
        out.number(1, status);
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

    private int status(String service) {
        if (!service.isEmpty() && !services.contains(service)) {
            return SERVICE_UNKNOWN;
        }
        return ready.getAsBoolean() ? SERVING : NOT_SERVING;
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
        private int told = -1;

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
            if (told == SERVING) {
                told = NOT_SERVING;
                trusting.decrementAndGet();
            }
        }

        private void tell() {
            int now = status(service);
            if (now == told || response.closed() || response.writeQueueFull()) {
                return;
            }
            int before = told;
            told = now;
            if (now == SERVING) {
                trusting.incrementAndGet();
            }
            ByteBuf frame = frames.frame(8, out -> out.number(1, now));
            response.write(BufferInternal.buffer(frame))
                    .onComplete(
                            ignored -> {
                                frame.release();
                                if (before == SERVING) {
                                    trusting.decrementAndGet();
                                }
                            });
        }
    }
}
