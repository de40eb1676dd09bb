package dev.marmita.runner.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What goes back to the caller. */
public sealed interface Reply {

    /** A header or trailer. */
    record Header(String name, String value) {}

    /**
     * An answer that is complete.
     *
     * @param mediaType empty: none is sent
     * @param trailers sent after the body; HTTP/2 only
     * @param body owned by the reply: released when it is written or dropped
     */
    record Whole(
            int status, String mediaType, List<Header> headers, ByteBuf body, List<Header> trailers)
            implements Reply {

        @Override
        public void drop() {
            body.release();
        }

        /** The same with one more header. */
        public Whole with(String name, String value) {
            List<Header> more = new java.util.ArrayList<>(headers);
            more.add(new Header(name, value));
            return new Whole(status, mediaType, more, body, trailers);
        }
    }

    /** Frees what the reply holds, where it is not sent. */
    void drop();

    static Whole of(int status, String mediaType, ByteBuf body) {
        return new Whole(status, mediaType, List.of(), body, List.of());
    }

    static Whole text(int status, String mediaType, String body) {
        return of(status, mediaType, Unpooled.wrappedBuffer(body.getBytes(StandardCharsets.UTF_8)));
    }

    /** A reply without a body, by its headers alone. */
    static Whole empty(int status, Map<String, String> headers) {
        return new Whole(
                status,
                "",
                headers.entrySet().stream()
                        .map(entry -> new Header(entry.getKey(), entry.getValue()))
                        .toList(),
                Unpooled.EMPTY_BUFFER,
                List.of());
    }
}
