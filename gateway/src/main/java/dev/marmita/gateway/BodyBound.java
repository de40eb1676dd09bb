package dev.marmita.gateway;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Locale;
import java.util.Set;

/**
 * Holds a request body to {@code maxBody}: all of it, or each message where it is a stream of messages,
 * which may be as long as its caller likes. Used on one event loop.
 */
abstract sealed class BodyBound {

    private static final Set<String> LINES =
            Set.of("application/x-ndjson", "application/ndjson", "application/jsonl");

    private final long max;

    private BodyBound(long max) {
        this.max = max;
    }

    static BodyBound of(HttpServerRequest request, long max) {
        if (Reply.isGrpc(request)) {
            return new Messages(max);
        }
        return isLines(request) ? new Lines(max) : new Whole(max);
    }

    /** Compressed lines cannot be told apart here: they are bounded like any body. */
    private static boolean isLines(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || request.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
            return false;
        }
        int end = type.indexOf(';');
        String bare = end < 0 ? type : type.substring(0, end);
        return LINES.contains(bare.strip().toLowerCase(Locale.ROOT));
    }

    final long max() {
        return max;
    }

    /** Whether the length of the whole body says nothing. */
    abstract boolean streams();

    /** Whether a body of that length is beyond it. */
    final boolean excludes(String contentLength) {
        // More than eighteen digits are more than any limit, and may be more than a long holds.
        return !streams() && (contentLength.length() > 18 || Long.parseLong(contentLength) > max);
    }

    /** Takes in the next piece; false: it makes the body, or a message, larger than the bound. */
    abstract boolean admits(Buffer piece);

    /** Of what is no stream. */
    static final class Whole extends BodyBound {

        private long received;

        Whole(long max) {
            super(max);
        }

        @Override
        boolean streams() {
            return false;
        }

        @Override
        boolean admits(Buffer piece) {
            received += piece.length();
            return received <= max();
        }
    }

    /** Of a stream of lines. */
    static final class Lines extends BodyBound {

        private long line;

        Lines(long max) {
            super(max);
        }

        @Override
        boolean streams() {
            return true;
        }

        @Override
        boolean admits(Buffer piece) {
            ByteBuf bytes = ((BufferInternal) piece).unwrap();
            int from = bytes.readerIndex();
            int end = bytes.writerIndex();
            for (int at = bytes.indexOf(from, end, (byte) '\n');
                    at >= 0;
                    at = bytes.indexOf(from, end, (byte) '\n')) {
                if (line + at - from > max()) {
                    return false;
                }
                line = 0;
                from = at + 1;
            }
            line += end - from;
            return line <= max();
        }
    }

    /** Of gRPC: each message comes after a byte of flags and four of its length. */
    static final class Messages extends BodyBound {

        private static final int PREFIX = 5;

        private int prefix;
        private long length;
        private long missing;

        Messages(long max) {
            super(max);
        }

        @Override
        boolean streams() {
            return true;
        }

        @Override
        boolean admits(Buffer piece) {
            int at = 0;
            while (at < piece.length()) {
                if (missing > 0) {
                    int step = (int) Math.min(missing, piece.length() - at);
                    missing -= step;
                    at += step;
                } else if (!prefixed(piece.getUnsignedByte(at++))) {
                    return false;
                }
            }
            return true;
        }

        private boolean prefixed(int next) {
            length = prefix == 0 ? 0 : length << Byte.SIZE | next;
            prefix++;
            if (prefix == PREFIX) {
                prefix = 0;
                missing = length;
                return length <= max();
            }
            return true;
        }
    }
}
