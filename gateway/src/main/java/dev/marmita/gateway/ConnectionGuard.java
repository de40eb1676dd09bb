package dev.marmita.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds one client connection: in number, in time to its first request, and in time between requests.
 * Sits in front of Vert.x, which tells of a connection only once it has read a whole head. Used on the
 * connection's event loop.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {

    private static final AttributeKey<ConnectionGuard> KEY =
            AttributeKey.valueOf(ConnectionGuard.class, "guard");

    private final AtomicInteger open;
    private final int maxOpen;
    private final long headerNanos;
    private final long keepAliveNanos;

    private boolean served;
    private int requests;
    private long idleSince;

    /**
     * @param open counts the connections of all guards
     */
    ConnectionGuard(AtomicInteger open, GatewaySettings settings) {
        this.open = open;
        this.maxOpen = settings.bounds().maxConnections();
        this.headerNanos = settings.timeouts().header().toNanos();
        this.keepAliveNanos = settings.timeouts().keepAlive().toNanos();
    }

    static ConnectionGuard of(HttpConnection connection) {
        return ((HttpServerConnection) connection)
                .channelHandlerContext()
                .channel()
                .attr(KEY)
                .get();
    }

    void requestBegan() {
        requests++;
        served = true;
    }

    void requestEnded() {
        requests--;
        idleSince = System.nanoTime();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.channel().attr(KEY).set(this);
        int now = open.incrementAndGet();
        ctx.channel().closeFuture().addListener(closed -> open.decrementAndGet());
        if (now > maxOpen) {
            var unused = ctx.close();
            return;
        }
        idleSince = System.nanoTime();
        checkIn(ctx, headerNanos);
        ctx.fireChannelActive();
    }

    private void checkIn(ChannelHandlerContext ctx, long nanos) {
        var unused =
                ctx.executor()
                        .schedule(
                                () -> check(ctx),
                                Math.max(nanos, TimeUnit.MILLISECONDS.toNanos(1)),
                                TimeUnit.NANOSECONDS);
    }

    private void check(ChannelHandlerContext ctx) {
        if (!ctx.channel().isActive()) {
            return;
        }
        long bound = served ? keepAliveNanos : headerNanos;
        long left = requests > 0 ? bound : bound - (System.nanoTime() - idleSince);
        if (left <= 0) {
            var unused = ctx.close();
        } else {
            checkIn(ctx, left);
        }
    }
}
