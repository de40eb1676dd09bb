package dev.marmita.gateway;

import dev.marmita.routing.Route.Replica;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;

/** Connections of one event loop to replicas: HTTP/1.1, and HTTP/2 for gRPC. */
final class Upstreams {

    /** Below what servers keep idle connections for, so that they rarely close one as we use it. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    private static final int PER_REPLICA = 1_024;
    private static final int HEADER_BYTES = 64 << 10;
    private static final int STREAM_WINDOW = 1 << 20;
    private static final int CONNECTION_WINDOW = 16 << 20;

    private final HttpClient http1;
    private final HttpClient http2;
    private final long connectMillis;

    Upstreams(Vertx vertx, Duration connect) {
        connectMillis = connect.toMillis();
        PoolOptions pool =
                new PoolOptions()
                        .setHttp1MaxSize(PER_REPLICA)
                        .setHttp2MaxSize(PER_REPLICA)
                        .setMaxWaitQueueSize(-1);
        http1 = vertx.createHttpClient(options().setProtocolVersion(HttpVersion.HTTP_1_1), pool);
        http2 =
                vertx.createHttpClient(
                        options()
                                .setProtocolVersion(HttpVersion.HTTP_2)
                                .setHttp2ClearTextUpgrade(false)
                                .setHttp2KeepAliveTimeout((int) KEEP_ALIVE.toSeconds())
                                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                                .setInitialSettings(
                                        new Http2Settings()
                                                .setPushEnabled(false)
                                                .setInitialWindowSize(STREAM_WINDOW)
                                                .setMaxHeaderListSize(HEADER_BYTES)),
                        pool);
    }

    private HttpClientOptions options() {
        return new HttpClientOptions()
                .setConnectTimeout((int) connectMillis)
                .setKeepAlive(true)
                .setKeepAliveTimeout((int) KEEP_ALIVE.toSeconds())
                .setTcpNoDelay(true)
                .setDecompressionSupported(false)
                .setMaxHeaderSize(HEADER_BYTES)
                .setMaxChunkSize(64 << 10);
    }

    /** Fails where there is no connection, and then nothing was sent. */
    Future<HttpClientRequest> open(
            Replica replica, HttpMethod method, String target, boolean overHttp2) {
        RequestOptions options =
                new RequestOptions()
                        .setHost(replica.host())
                        .setPort(replica.port())
                        .setMethod(method)
                        .setURI(target)
                        .setConnectTimeout(connectMillis);
        return (overHttp2 ? http2 : http1).request(options);
    }
}
