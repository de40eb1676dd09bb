package dev.marmita.runner.http;

import dev.marmita.runner.log.Log;
import dev.marmita.runner.work.InferencePool;
import dev.marmita.runner.work.RequestScope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** What all exchanges share. Thread-safe. */
final class Floor {

    private final Vertx vertx;
    private final String replica;
    private final int maxBodyBytes;
    private final ByteBufAllocator allocator;
    private final Admission admission;
    private final Supplier<InferencePool> pool;
    private final AtomicReference<Phase> phase;
    private final Meter meter;
    private final Log log;
    private final Runnable onFailed;
    private final Compression compression;
    private final Semaphore conversations;

    Floor(Vertx vertx, HttpFront.Settings settings, Supplier<InferencePool> pool) {
        this.vertx = vertx;
        this.replica = settings.replica();
        this.maxBodyBytes = settings.maxBodyBytes();
        this.allocator = settings.allocator();
        this.admission = settings.admission();
        this.pool = pool;
        this.phase = settings.phase();
        this.meter = new Meter(settings.metrics());
        this.log = settings.log();
        this.onFailed = settings.onFailed();
        this.compression = new Compression(allocator);
        this.conversations = new Semaphore(Math.max(1, admission.maxRequests() / 2));
    }

    /**
     * @throws RefusedException while the runner starts or drains
     */
    void requireOpen() {
        requireOpen(false);
    }

    /**
     * @param asks whether it only asks about what is here, which has an answer until the end
     * @throws RefusedException while the runner starts, or drains and it does not only ask
     */
    void requireOpen(boolean asks) {
        switch (phase.get()) {
            case READY -> {}
            case STARTING -> throw RefusedException.unprocessed("the service is starting");
            case DRAINING -> {
                if (!asks) {
                    throw RefusedException.unprocessed("the service is stopping");
                }
            }
            case FAILED -> throw RefusedException.unprocessed("the service ran out of memory");
        }
    }

    /** A request failed by no fault of its own. */
    void failed(String requestId, String route, Throwable failure) {
        log.error("a request failed", Map.of("requestId", requestId, "route", route), failure);
        if (Memory.ranOut(failure) && phase.compareAndSet(Phase.READY, Phase.FAILED)) {
            onFailed.run();
        }
    }

    long timer(long millis, Runnable action) {
        return vertx.setTimer(millis, ignored -> action.run());
    }

    void cancelTimer(long timer) {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
    }

    /** Sets the headers that every answer carries. */
    void decorate(HttpServerRequest request, RequestScope scope) {
        HttpServerResponse response = request.response();
        decorate(request);
        response.putHeader("X-Request-Id", scope.requestId());
        List<RequestScope.Stage> stages = scope.stages();
        if (!stages.isEmpty()) {
            response.putHeader("Server-Timing", timing(stages));
        }
    }

    void decorate(HttpServerRequest request) {
        request.response().putHeader("Marmita-Replica", replica);
        if (!phase.get().staying() && request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader("Connection", "close");
        }
    }

    /** Written by hand: a format costs more than a small model's whole run. */
    private static String timing(List<RequestScope.Stage> stages) {
        StringBuilder text = new StringBuilder(32 * stages.size());
        for (RequestScope.Stage stage : stages) {
            text.append(text.isEmpty() ? "" : ", ");
            for (int i = 0; i < stage.name().length(); i++) {
                text.append(token(stage.name().charAt(i)));
            }
            long micros = (stage.nanos() + 500) / 1_000;
            text.append(";dur=").append(micros / 1_000).append('.');
            long rest = micros % 1_000;
            text.append((char) ('0' + rest / 100))
                    .append((char) ('0' + rest / 10 % 10))
                    .append((char) ('0' + rest % 10));
        }
        return text.toString();
    }

    private static char token(char c) {
        boolean plain =
                (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '_'
                        || c == '.'
                        || c == '-';
        return plain ? c : '_';
    }

    /** Writes an answer and releases it. */
    Future<Void> write(HttpServerRequest request, Reply.Whole reply) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            reply.drop();
            return Future.succeededFuture();
        }
        response.setStatusCode(reply.status());
        if (!reply.mediaType().isEmpty()) {
            response.putHeader("Content-Type", reply.mediaType());
        }
        reply.headers().forEach(header -> response.putHeader(header.name(), header.value()));
        reply.trailers().forEach(header -> response.putTrailer(header.name(), header.value()));
        ByteBuf body = reply.body();
        return response.end(BufferInternal.buffer(body)).onComplete(ignored -> body.release());
    }

    InferencePool pool() {
        return pool.get();
    }

    /** Conversations that may be open at once: half of all requests, for they stay long. */
    Semaphore conversations() {
        return conversations;
    }

    Admission admission() {
        return admission;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    Compression compression() {
        return compression;
    }

    Meter meter() {
        return meter;
    }

    Log log() {
        return log;
    }

    int maxBodyBytes() {
        return maxBodyBytes;
    }
}
