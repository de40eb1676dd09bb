package dev.marmita.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.transport.Transport;
import java.util.function.Supplier;

/** The JDK's sockets, with a {@link ConnectionGuard} put into each connection that is accepted. */
final class GuardedTransport implements Transport {

    private final Supplier<ConnectionGuard> guards;

    GuardedTransport(Supplier<ConnectionGuard> guards) {
        this.guards = guards;
    }

    @Override
    public String name() {
        return NIO.name();
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    @SuppressWarnings("NullAway") // As Vert.x wants it: null where available.
    public Throwable unavailabilityCause() {
        return null;
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return new NioTransport() {
            @Override
            public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap server) {
                super.configure(config, domainSocket, server);
                server.handler(new OnAccept(guards));
            }
        };
    }

    @Sharable
    private static final class OnAccept extends ChannelInboundHandlerAdapter {
        private final Supplier<ConnectionGuard> guards;

        OnAccept(Supplier<ConnectionGuard> guards) {
            this.guards = guards;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object accepted) {
            ((Channel) accepted).pipeline().addFirst(guards.get());
            ctx.fireChannelRead(accepted);
        }
    }
}
