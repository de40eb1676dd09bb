package dev.marmita.runner.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Compresses answers: texts for whoever takes gzip or deflate, tensors only for whoever asks for nothing
 * but one of them. Every HTTP library says that it takes gzip; one that lists it alone was told to.
 */
final class Compression {

    private static final int WORTHWHILE = 1024;

    private final ByteBufAllocator allocator;

    Compression(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** The reply itself, or its like with a compressed body. */
    Reply.Whole apply(Reply.Whole reply, @Nullable String acceptEncoding) {
        if (acceptEncoding == null || reply.body().readableBytes() < WORTHWHILE) {
            return reply;
        }
        List<String> accepted =
                Arrays.stream(acceptEncoding.toLowerCase(Locale.ROOT).split(","))
                        .filter(coding -> !coding.replace(" ", "").endsWith(";q=0"))
                        .map(coding -> coding.split(";", 2)[0].strip())
                        .toList();
        boolean text =
                reply.mediaType().equals("application/json")
                        || reply.mediaType().startsWith("text/");
        if (!text && accepted.size() != 1) {
            return reply;
        }
        if (accepted.contains("gzip")) {
            return compressed(reply, "gzip");
        }
        return accepted.contains("deflate") ? compressed(reply, "deflate") : reply;
    }

    private Reply.Whole compressed(Reply.Whole reply, String coding) {
        ByteBuf small = allocator.directBuffer(reply.body().readableBytes() / 2);
        try (var in = new ByteBufInputStream(reply.body().duplicate());
                OutputStream out = stream(coding, new ByteBufOutputStream(small))) {
            in.transferTo(out);
        } catch (IOException e) {
            small.release();
            throw new IllegalStateException(e);
        }
        reply.body().release();
        return new Reply.Whole(
                        reply.status(), reply.mediaType(), reply.headers(), small, reply.trailers())
                .with("Content-Encoding", coding)
                .with("Vary", "Accept-Encoding");
    }

    private static OutputStream stream(String coding, OutputStream out) throws IOException {
        if (coding.equals("gzip")) {
            return new FastGzip(out);
        }
        return new DeflaterOutputStream(out, new Deflater(Deflater.BEST_SPEED), 8192) {
            @Override
            public void close() throws IOException {
                try {
                    super.close();
                } finally {
                    def.end();
                }
            }
        };
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 8192);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
