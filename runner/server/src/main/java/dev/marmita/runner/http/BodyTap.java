package dev.marmita.runner.http;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import org.jspecify.annotations.Nullable;

/**
 * Brings the bodies of HTTP/1.1 requests where they belong. Vert.x copies every piece into a new array,
 * and Netty reads from the socket into memory of its own before: for a large tensor that costs more than
 * all the rest of receiving it. On the event loop of its connection.
 */
final class BodyTap extends ChannelInboundHandlerAdapter {

    /** Takes a body in, piece by piece. */
    interface Taker {

        /** The next piece, valid until this returns. */
        void take(ByteBuf piece);

        /** Memory where the next piece may be written, empty; null: anywhere. The caller releases it. */
        @Nullable ByteBuf room();
    }

    private @Nullable Taker taker;
    private boolean beginning;

    private BodyTap() {}

    /** Before the first request of a connection. */
    static void install(HttpConnection connection) {
        if (connection instanceof Http1ServerConnection known) {
            ChannelHandlerContext vertx = known.channelHandlerContext();
            BodyTap tap = new BodyTap();
            vertx.pipeline().addBefore(vertx.name(), "tap", tap);
            ChannelConfig config = vertx.channel().config();
            config.setAllocator(tap.new Rooms(config.getAllocator()));
        }
    }

    /** Gives a request's body to {@code taker}; while the request is handled for the first time. */
    static void open(HttpServerRequest request, Taker taker) {
        BodyTap tap = of(request.connection());
        if (tap != null && tap.beginning) {
            tap.taker = taker;
        } else {
            // HTTP/2, or a request that waited behind another on its connection.
            request.handler(chunk -> taker.take(((BufferInternal) chunk).unwrap()));
        }
    }

    private static @Nullable BodyTap of(HttpConnection connection) {
        return connection instanceof Http1ServerConnection known
                ? known.channelHandlerContext().pipeline().get(BodyTap.class)
                : null;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest && !(message instanceof HttpContent)) {
            taker = null;
            beginning = true;
            try {
                context.fireChannelRead(message);
            } finally {
                beginning = false;
            }
        } else if (taker != null
                && message instanceof HttpContent content
                && content.decoderResult().isSuccess()) {
            take(context, taker, content);
        } else {
            context.fireChannelRead(message);
        }
    }

    private void take(ChannelHandlerContext context, Taker to, HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        try {
            if (content.content().isReadable()) {
                to.take(content.content());
            }
            if (last) {
                taker = null;
                context.fireChannelRead(content.replace(Unpooled.EMPTY_BUFFER));
            }
        } finally {
            content.release();
        }
    }

    /** What a connection reads from its socket goes straight to the taker's memory. */
    private final class Rooms extends AbstractByteBufAllocator {

        private final ByteBufAllocator others;

        Rooms(ByteBufAllocator others) {
            super(true);
            this.others = others;
        }

        /** A connection reads into nothing else. */
        @Override
        public ByteBuf ioBuffer(int initialCapacity) {
            ByteBuf room = taker == null ? null : taker.room();
            return room == null ? others.ioBuffer(initialCapacity) : room;
        }

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            return others.heapBuffer(initialCapacity, maxCapacity);
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            return others.directBuffer(initialCapacity, maxCapacity);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return others.isDirectBufferPooled();
        }
    }
}
