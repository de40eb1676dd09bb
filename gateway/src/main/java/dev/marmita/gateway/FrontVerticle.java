package dev.marmita.gateway;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One event loop of the gateway: its share of the port, its connections to replicas, its requests. */
final class FrontVerticle extends VerticleBase implements Exchange.Loop {

    private static final long CHECK_MILLIS = 50;
    private static final int LINE_BYTES = 8 << 10;
    private static final int STREAM_WINDOW = 1 << 20;
    private static final int CONNECTION_WINDOW = 16 << 20;
    private static final long STREAMS = 256;

    private final int port;
    private final Optional<ServerSSLOptions> tls;
    private final Services services;
    private final RequestIds ids;
    private final OwnPages pages;
    private final Set<Exchange> exchanges = new HashSet<>();
    private @Nullable Upstreams upstreams;
    private @Nullable HttpServer server;

    /**
     * @param port that it shares with the other event loops; not 0
     * @param tls to begin with; empty: clear text
     */
    FrontVerticle(
            int port,
            Services services,
            RequestIds ids,
            OwnPages pages,
            Optional<ServerSSLOptions> tls) {
        this.port = port;
        this.tls = tls;
        this.services = services;
        this.ids = ids;
        this.pages = pages;
    }

    @Override
    public Future<?> start() {
        GatewaySettings settings = services.settings();
        upstreams = new Upstreams(vertx, settings.timeouts().connect());
        FrontHandler handler = new FrontHandler(vertx, this, ids, pages);
        vertx.setPeriodic(CHECK_MILLIS, tick -> check());
        HttpServerOptions options = options(settings).setPort(port);
        tls.ifPresent(
                own ->
                        options.setSsl(true)
                                .setUseAlpn(own.isUseAlpn())
                                .setKeyCertOptions(own.getKeyCertOptions())
                                .setEnabledSecureTransportProtocols(
                                        own.getEnabledSecureTransportProtocols()));
        HttpServer made =
                vertx.createHttpServer(options)
                        .requestHandler(handler::handle)
                        .invalidRequestHandler(handler::unreadable);
        server = made;
        return made.listen();
    }

    private static HttpServerOptions options(GatewaySettings settings) {
        int headerBytes = settings.bounds().maxHeaderBytes();
        return new HttpServerOptions()
                .setHost(settings.host())
                .setAcceptBacklog(1_024)
                .setTcpNoDelay(true)
                .setMaxInitialLineLength(LINE_BYTES)
                .setMaxHeaderSize(headerBytes)
                .setMaxChunkSize(64 << 10)
                .setHandle100ContinueAutomatically(false)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setInitialSettings(
                        new Http2Settings()
                                .setMaxConcurrentStreams(STREAMS)
                                .setInitialWindowSize(STREAM_WINDOW)
                                .setMaxHeaderListSize(headerBytes));
    }

    /** Connections from now on get that; completes with an error, and all stays as it is, where it is no good. */
    Future<?> renew(ServerSSLOptions tls) {
        HttpServer running = server;
        return running == null ? Future.succeededFuture() : running.updateSSLOptions(tls);
    }

    /** Accepts nothing more and completes when what runs has ended, or the time is over. */
    Future<Void> drain(long millis) {
        HttpServer running = server;
        return running == null
                ? Future.succeededFuture()
                : running.shutdown(millis, TimeUnit.MILLISECONDS);
    }

    private void check() {
        long now = services.now();
        for (Exchange exchange : List.copyOf(exchanges)) {
            exchange.check(now);
        }
    }

    @Override
    public Services services() {
        return services;
    }

    @Override
    public Upstreams upstreams() {
        Upstreams started = upstreams;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    @Override
    public Context context() {
        return context;
    }

    @Override
    public void watch(Exchange exchange) {
        exchanges.add(exchange);
    }

    @Override
    public void unwatch(Exchange exchange) {
        exchanges.remove(exchange);
    }
}
