package dev.marmita.runner.http;

import dev.marmita.runner.log.Log;
import dev.marmita.runner.metrics.Metrics;
import dev.marmita.runner.work.InferencePool;
import dev.marmita.runner.work.RequestScope;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Binds the port and brings requests to their endpoints. */
public final class HttpFront implements AutoCloseable {

    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final int MAX_RESETS = 10_000;

    /** Of a body, at once: each costs a walk through all handlers. */
    private static final int PIECE = 1 << 18;

    private static final int WINDOW = 4 << 20;
    private static final Duration LONGEST_CONVERSATION = Duration.ofHours(24);

    /**
     * How the front is set up.
     *
     * @param port 0: any free one
     * @param loops event loops
     * @param timeout bound on one request
     * @param ids makes an id for a request that has none
     * @param onFailed called once, when this process can no longer be trusted
     */
    public record Settings(
            String host,
            int port,
            int loops,
            String replica,
            int maxBodyBytes,
            Duration timeout,
            ByteBufAllocator allocator,
            Admission admission,
            AtomicReference<Phase> phase,
            Metrics metrics,
            Log log,
            Failures failures,
            InstantSource clock,
            Supplier<String> ids,
            Runnable onFailed) {}

    private final Settings settings;
    private final Routes routes;
    private final Vertx vertx;
    private final Floor floor;
    private final List<HttpServer> servers = new ArrayList<>();
    private int port;

    private HttpFront(Settings settings, Routes routes, Supplier<InferencePool> pool) {
        this.settings = settings;
        this.routes = routes;
        this.vertx =
                Vertx.vertx(
                        new VertxOptions()
                                .setEventLoopPoolSize(settings.loops())
                                .setWorkerPoolSize(1)
                                .setInternalBlockingPoolSize(1)
                                .setFileSystemOptions(
                                        new FileSystemOptions()
                                                .setFileCachingEnabled(false)
                                                .setClassPathResolvingEnabled(false)));
        this.floor = new Floor(vertx, settings, pool);
    }

    /**
     * Binds.
     *
     * @param pool asked for once the phase is {@link Phase#READY}
     * @throws IOException where the port cannot be bound
     */
    public static HttpFront bind(Settings settings, Routes routes, Supplier<InferencePool> pool)
            throws IOException {
        HttpFront front = new HttpFront(settings, routes, pool);
        try {
            front.port = front.listen(settings.port());
            for (int i = 1; i < settings.loops(); i++) {
                front.listen(front.port);
            }
            return front;
        } catch (IOException e) {
            front.close();
            throw e;
        }
    }

    private int listen(int wanted) throws IOException {
        HttpServer server =
                vertx.createHttpServer(
                        new HttpServerOptions()
                                .setHost(settings.host())
                                .setPort(wanted)
                                .setMaxHeaderSize(32 << 10)
                                .setMaxInitialLineLength(16 << 10)
                                .setMaxChunkSize(PIECE)
                                .setDecompressionSupported(true)
                                .setMaxWebSocketFrameSize(settings.maxBodyBytes())
                                // A few bytes that unpack to many would be beyond our bounds.
                                .setPerFrameWebSocketCompressionSupported(false)
                                .setPerMessageWebSocketCompressionSupported(false)
                                // One gateway brings the cancellations of all its callers.
                                .setHttp2RstFloodMaxRstFramePerWindow(MAX_RESETS)
                                .setHttp2ConnectionWindowSize(4 * WINDOW)
                                .setInitialSettings(
                                        new Http2Settings()
                                                .setInitialWindowSize(WINDOW)
                                                .setMaxConcurrentStreams(1024))
                                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                                .setIdleTimeout((int) settings.timeout().toSeconds() + 300));
        server.connectionHandler(BodyTap::install);
        server.requestHandler(this::handle);
        try {
            HttpServer bound =
                    server.listen()
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(30, TimeUnit.SECONDS);
            servers.add(bound);
            return bound.actualPort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while binding", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "cannot bind " + settings.host() + ":" + wanted + ": " + e.getMessage(), e);
        }
    }

    /** The bound port. */
    public int port() {
        return port;
    }

    private void handle(HttpServerRequest request) {
        Endpoint endpoint;
        try {
            requireThisReplica(request.getHeader("Marmita-Replica"));
            endpoint = routes.find(request);
        } catch (RefusedException e) {
            endpoint = new Endpoint.Immediate("unknown", ignored -> settings.failures().refused(e));
        } catch (Throwable e) {
            failed(request, "unknown", e);
            return;
        }
        try {
            switch (endpoint) {
                case Endpoint.Immediate immediate -> answer(immediate, request);
                case Endpoint.Worked worked -> begin(worked, request);
                case Endpoint.Streamed streamed -> begin(streamed, request);
                case Endpoint.Conversation conversation -> conversation.talk().accept(request);
            }
        } catch (Throwable e) {
            failed(request, endpoint.route(), e);
        }
    }

    /** Also after an Error: whoever asked must not wait for nothing. */
    private void failed(HttpServerRequest request, String route, Throwable failure) {
        String id = settings.ids().get();
        floor.failed(id, route, failure);
        if (!request.response().headWritten()) {
            floor.write(request, settings.failures().internal(id));
        }
    }

    /**
     * The gateway says whom it means. A port that a stopped replica left may be this one's before every
     * route is up to date; another tenant's request must not reach this tenant's code.
     */
    private void requireThisReplica(@Nullable String meant) {
        if (meant != null && !meant.equals(settings.replica())) {
            throw RefusedException.unprocessed("this is another replica");
        }
    }

    private void answer(Endpoint.Immediate endpoint, HttpServerRequest request) {
        long arrived = System.nanoTime();
        Reply.Whole reply = endpoint.answer().apply(request);
        floor.decorate(request);
        floor.meter().record(endpoint.route(), reply.status(), System.nanoTime() - arrived);
        floor.write(request, reply);
    }

    private void begin(Endpoint.Worked endpoint, HttpServerRequest request) {
        Duration remaining =
                shorter(
                        remaining(request.getHeader("Marmita-Deadline"), settings.timeout()),
                        GrpcTimeout.parse(request.getHeader("grpc-timeout"))
                                .orElse(settings.timeout()));
        RequestScope scope =
                new RequestScope(
                        requestId(request.getHeader("X-Request-Id")),
                        request::getHeader,
                        remaining,
                        settings.clock().instant());
        new Exchange(floor, endpoint, request, scope, vertx.getOrCreateContext())
                .begin(remaining.toMillis());
    }

    private void begin(Endpoint.Streamed endpoint, HttpServerRequest request) {
        Wire wire;
        try {
            floor.requireOpen(!endpoint.computes());
            wire = endpoint.wire().apply(request);
        } catch (RefusedException e) {
            floor.decorate(request);
            floor.write(request, endpoint.failures().refused(e));
            return;
        }
        Duration longest =
                wire.duplex() || wire.timed() ? LONGEST_CONVERSATION : settings.timeout();
        Duration remaining =
                shorter(
                        remaining(request.getHeader("Marmita-Deadline"), longest),
                        GrpcTimeout.parse(request.getHeader("grpc-timeout")).orElse(longest));
        RequestScope scope =
                new RequestScope(
                        requestId(request.getHeader("X-Request-Id")),
                        request::getHeader,
                        wire.timed() ? remaining : LONGEST_CONVERSATION,
                        settings.clock().instant());
        new StreamExchange(floor, endpoint, wire, request, scope, vertx.getOrCreateContext())
                .begin(remaining.toMillis());
    }

    private String requestId(@Nullable String given) {
        return given != null && REQUEST_ID.matcher(given).matches() ? given : settings.ids().get();
    }

    private Duration remaining(@Nullable String deadlineMillis, Duration longest) {
        if (deadlineMillis == null) {
            return longest;
        }
        try {
            long millis = Long.parseLong(deadlineMillis.strip()) - settings.clock().millis();
            return shorter(Duration.ofMillis(Math.max(0, millis)), longest);
        } catch (NumberFormatException e) {
            return longest;
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Closes connections and event loops; bounded. */
    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            settings.log().warn("the server did not close in order", Map.of());
        }
    }
}
