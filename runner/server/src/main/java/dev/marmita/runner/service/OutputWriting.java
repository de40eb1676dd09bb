package dev.marmita.runner.service;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonWriting;
import dev.marmita.runner.binding.Shape;
import dev.marmita.runner.bundle.ApiMethod.Output;
import dev.marmita.runner.http.Message;
import dev.marmita.service.Content;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Makes messages of what a method has returned. Thread-safe. */
final class OutputWriting {

    private static final String TEXT = "text/plain; charset=utf-8";

    private final Json json;
    private final ByteBufAllocator allocator;

    OutputWriting(Json json, ByteBufAllocator allocator) {
        this.json = json;
        this.allocator = allocator;
    }

    /** A result that is no stream. */
    Message whole(Output output, Object result) {
        return switch (output) {
            case Output.Json one -> json(one.shape(), result);
            case Output.Text() -> text((String) result);
            case Output.Raw() -> raw((Content) result);
            case Output.Elements ignored ->
                    throw new IllegalStateException("a stream is written element by element");
        };
    }

    /**
     * An element of a stream.
     *
     * @param plain a text stands as it is rather than as JSON
     */
    Message element(Shape shape, Object element, boolean plain) {
        return switch (shape) {
            case Shape.Bytes ignored -> raw((Content) element);
            case Shape.Text() when plain -> text((String) element);
            default -> json(shape, element);
        };
    }

    private static Message text(String text) {
        return Message.of(TEXT, Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Message raw(Content content) {
        ByteBuf body = allocator.directBuffer(content.size());
        body.writeBytes(content.bytes());
        return Message.of(content.mediaType(), body);
    }

    private Message json(Shape shape, Object value) {
        ByteBuf body = allocator.directBuffer(1024);
        try (var generator = json.generator(new ByteBufOutputStream(body))) {
            JsonWriting.write(generator, shape, value);
        } catch (RuntimeException | Error e) {
            body.release();
            throw e;
        }
        return Message.of(Message.JSON, body);
    }
}
