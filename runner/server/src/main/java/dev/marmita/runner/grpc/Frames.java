package dev.marmita.runner.grpc;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.service.BadInputException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** Messages of gRPC in their frames: one byte that tells compression, four of length, the message. */
final class Frames {

    static final int HEAD = 5;

    private final ByteBufAllocator allocator;
    private final int maxBytes;

    Frames(ByteBufAllocator allocator, int maxBytes) {
        this.allocator = allocator;
        this.maxBytes = maxBytes;
    }

    /**
     * The only message of a unary call, as an own reference.
     *
     * @param encoding of compressed messages, as the call's header tells
     */
    ByteBuf only(ByteBuf body, @Nullable String encoding) {
        if (body.readableBytes() < HEAD) {
            throw new BadInputException("the call has no message");
        }
        boolean compressed = body.readByte() != 0;
        long length = body.readUnsignedInt();
        if (length != body.readableBytes()) {
            throw new BadInputException("the call must have exactly one message");
        }
        return compressed ? inflated(body, encoding) : body.retainedSlice();
    }

    private ByteBuf inflated(ByteBuf message, @Nullable String encoding) {
        ByteBuf whole = allocator.directBuffer(Math.min(maxBytes, message.readableBytes() * 4));
        try (InputStream in = inflating(new ByteBufInputStream(message), encoding)) {
            byte[] part = new byte[8192];
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                if (whole.readableBytes() + read > maxBytes) {
                    throw new RefusedException(
                            413, "the message is larger than " + maxBytes + " bytes");
                }
                whole.writeBytes(part, 0, read);
            }
            return whole;
        } catch (IOException e) {
            whole.release();
            throw new BadInputException("the message cannot be decompressed");
        } catch (RuntimeException e) {
            whole.release();
            throw e;
        }
    }

    private static InputStream inflating(InputStream in, @Nullable String encoding)
            throws IOException {
        return switch (encoding) {
            case "gzip" -> new GZIPInputStream(in);
            case "deflate" -> new InflaterInputStream(in);
            case null, default ->
                    throw new RefusedException(
                            501, "compression '" + encoding + "' is not known here");
        };
    }

    /** A frame with the message that {@code content} writes. */
    ByteBuf frame(int capacity, Consumer<ProtoWriter> content) {
        ByteBuf frame = allocator.directBuffer(HEAD + capacity);
        try {
            frame.writeZero(HEAD);
            content.accept(new ProtoWriter(frame));
            frame.setInt(1, frame.readableBytes() - HEAD);
            return frame;
        } catch (RuntimeException | Error e) {
            frame.release();
            throw e;
        }
    }

    /** The answer to a unary call. */
    static Reply.Whole reply(ByteBuf frame) {
        return new Reply.Whole(
                200,
                GrpcStatus.MEDIA_TYPE,
                List.of(new Reply.Header("grpc-accept-encoding", "identity,gzip,deflate")),
                frame,
                List.of(new Reply.Header("grpc-status", "0")));
    }
}
