package dev.marmita.gateway;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How one gateway listens and what it bounds.
 *
 * @param port 0: any free port, see {@link Gateway#port()}
 * @param domain host names {@code {deployment}.{tenant}.<domain>} are endpoints; empty: only paths are
 * @param snapshot file of the last-known-good routes; null: none is kept
 * @param eventLoops threads that move bytes, 1 or more
 * @param trustForwarded true behind a proxy of ours: {@code X-Forwarded-*} of requests is kept and
 *     extended; false: it is replaced
 * @param tls null: clear text
 */
public record GatewaySettings(
        String host,
        int port,
        String domain,
        @Nullable Path snapshot,
        int eventLoops,
        boolean trustForwarded,
        Bounds bounds,
        Timeouts timeouts,
        @Nullable Tls tls) {

    /**
     * TLS 1.2 and 1.3 by a certificate of one's own.
     *
     * @param certificate PEM file of the certificate and those that signed it; read again when it changes
     * @param key PEM file of its private key (PKCS #8), not encrypted
     */
    public record Tls(Path certificate, Path key) {}

    public GatewaySettings {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(bounds, "bounds");
        Objects.requireNonNull(timeouts, "timeouts");
        domain = domain.toLowerCase(Locale.ROOT);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535: " + port);
        }
        if (eventLoops < 1) {
            throw new IllegalArgumentException("eventLoops must be 1 or more: " + eventLoops);
        }
        if (!domain.isEmpty() && !domain.matches("[a-z0-9-]+(\\.[a-z0-9-]+)*")) {
            throw new IllegalArgumentException("domain must be a host name: '" + domain + "'");
        }
    }

    /** Loopback, port 8471, domain {@code localhost}, no snapshot, an event loop per core. */
    public static GatewaySettings defaults() {
        return new GatewaySettings(
                "127.0.0.1",
                8471,
                "localhost",
                null,
                Runtime.getRuntime().availableProcessors(),
                false,
                Bounds.DEFAULT,
                Timeouts.DEFAULT,
                null);
    }

    public GatewaySettings withAddress(String newHost, int newPort) {
        return new GatewaySettings(
                newHost,
                newPort,
                domain,
                snapshot,
                eventLoops,
                trustForwarded,
                bounds,
                timeouts,
                tls);
    }

    public GatewaySettings withDomain(String newDomain) {
        return new GatewaySettings(
                host, port, newDomain, snapshot, eventLoops, trustForwarded, bounds, timeouts, tls);
    }

    public GatewaySettings withSnapshot(Path newSnapshot) {
        return new GatewaySettings(
                host, port, domain, newSnapshot, eventLoops, trustForwarded, bounds, timeouts, tls);
    }

    public GatewaySettings withEventLoops(int newEventLoops) {
        return new GatewaySettings(
                host, port, domain, snapshot, newEventLoops, trustForwarded, bounds, timeouts, tls);
    }

    public GatewaySettings withTrustForwarded(boolean trusted) {
        return new GatewaySettings(
                host, port, domain, snapshot, eventLoops, trusted, bounds, timeouts, tls);
    }

    public GatewaySettings withBounds(Bounds newBounds) {
        return new GatewaySettings(
                host, port, domain, snapshot, eventLoops, trustForwarded, newBounds, timeouts, tls);
    }

    public GatewaySettings withTimeouts(Timeouts newTimeouts) {
        return new GatewaySettings(
                host, port, domain, snapshot, eventLoops, trustForwarded, bounds, newTimeouts, tls);
    }

    public GatewaySettings withTls(@Nullable Tls newTls) {
        return new GatewaySettings(
                host, port, domain, snapshot, eventLoops, trustForwarded, bounds, timeouts, newTls);
    }

    /**
     * Sizes and counts. What belongs to one endpoint is in its route's limits.
     *
     * @param maxConnections clients' connections at once; more are closed as they come
     * @param maxHeaderBytes all headers of one request together
     * @param replayBytes a request body up to this size is read whole before a replica is bound, and
     *     can be sent again; a larger one is streamed
     * @param maxBufferedBytes all request bodies held in memory together; beyond it bodies are streamed
     * @param maxAttempts times one request is offered to a replica, the first included
     */
    public record Bounds(
            int maxConnections,
            int maxHeaderBytes,
            int replayBytes,
            long maxBufferedBytes,
            int maxAttempts) {

        /** 10,000 connections, 32 KiB of headers, 8 MiB replay, a quarter of the heap, 10 attempts. */
        public static final Bounds DEFAULT =
                new Bounds(
                        10_000,
                        32 << 10,
                        8 << 20,
                        Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 4),
                        10);

        public Bounds {
            if (maxConnections < 1
                    || maxHeaderBytes < 1_024
                    || replayBytes < 0
                    || maxBufferedBytes < 0
                    || maxAttempts < 1) {
                throw new IllegalArgumentException("bounds out of range");
            }
        }
    }

    /**
     * Times. What belongs to one endpoint is in its route's limits.
     *
     * @param header from a connection's first byte to a request's complete headers
     * @param keepAlive an open connection without a request
     * @param bodyIdle between two pieces of a request body
     * @param body a whole request body (not gRPC, whose streams may stay open)
     * @param streamIdle between two pieces of an answer, and a tunnel (WebSocket) without traffic
     * @param connect to a replica
     * @param drain how long {@link Gateway#close()} lets running requests finish
     */
    public record Timeouts(
            Duration header,
            Duration keepAlive,
            Duration bodyIdle,
            Duration body,
            Duration streamIdle,
            Duration connect,
            Duration drain) {

        public static final Timeouts DEFAULT =
                new Timeouts(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(75),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(30));

        public Timeouts {
            for (Duration each :
                    new Duration[] {header, keepAlive, bodyIdle, body, streamIdle, connect}) {
                if (each.toMillis() < 1) {
                    throw new IllegalArgumentException("timeouts must be 1 ms or more: " + each);
                }
            }
            if (drain.isNegative()) {
                throw new IllegalArgumentException("drain must not be negative: " + drain);
            }
        }

        public Timeouts withHeader(Duration value) {
            return new Timeouts(value, keepAlive, bodyIdle, body, streamIdle, connect, drain);
        }

        public Timeouts withBodyIdle(Duration value) {
            return new Timeouts(header, keepAlive, value, body, streamIdle, connect, drain);
        }

        public Timeouts withStreamIdle(Duration value) {
            return new Timeouts(header, keepAlive, bodyIdle, body, value, connect, drain);
        }

        public Timeouts withDrain(Duration value) {
            return new Timeouts(header, keepAlive, bodyIdle, body, streamIdle, connect, value);
        }
    }
}
