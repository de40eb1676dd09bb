package dev.marmita.runner.service;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonReading;
import dev.marmita.runner.binding.MediaTypes;
import dev.marmita.runner.binding.Shape;
import dev.marmita.runner.bundle.ApiMethod;
import dev.marmita.runner.bundle.ApiMethod.Input;
import dev.marmita.runner.bundle.ApiMethod.Output;
import dev.marmita.runner.http.BodyWire;
import dev.marmita.runner.http.BodyWire.In;
import dev.marmita.runner.http.BodyWire.Out;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Failures;
import dev.marmita.runner.http.Message;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.SocketWire;
import dev.marmita.runner.http.Wire;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Content;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * A method that takes or gives a stream, over HTTP and WebSockets. A client chooses how it gets the
 * elements by its {@code Accept}: as server-sent events, or as lines of JSON; texts and {@link Content}
 * go as pieces of one body unless it asks for one of these.
 */
final class HttpStreams {

    private static final Set<String> LINES =
            Set.of("application/x-ndjson", "application/ndjson", "application/jsonl");

    private final ApiMethod method;
    private final Json json;
    private final InputReading reading;
    private final OutputWriting writing;

    private HttpStreams(ApiMethod method, Json json, ByteBufAllocator allocator) {
        this.method = method;
        this.json = json;
        this.reading = new InputReading(method.input(), json);
        this.writing = new OutputWriting(json, allocator);
    }

    /** As {@code POST}. */
    static Endpoint post(
            ApiMethod method, Failures failures, Json json, ByteBufAllocator allocator) {
        HttpStreams streams = new HttpStreams(method, json, allocator);
        return new Endpoint.Streamed(
                method.route(),
                failures,
                streams::body,
                true,
                new StreamWork(method, streams::codec));
    }

    /** As a WebSocket. */
    static Endpoint socket(
            ApiMethod method, Failures failures, Json json, ByteBufAllocator allocator) {
        HttpStreams streams = new HttpStreams(method, json, allocator);
        return new Endpoint.Streamed(
                method.route(),
                failures,
                SocketWire::new,
                true,
                new StreamWork(method, streams::codec));
    }

    private Wire body(HttpServerRequest request) {
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new RefusedException(
                    501, "Content-Encoding is not known here; send gzip or deflate");
        }
        return new BodyWire(request, in(request), out(request), type(request));
    }

    private static String type(HttpServerRequest request) {
        String header = request.getHeader("Content-Type");
        return header == null ? "" : header;
    }

    private In in(HttpServerRequest request) {
        if (!(method.input() instanceof Input.Elements elements)) {
            return In.WHOLE;
        }
        if (elements.element() instanceof Shape.Bytes) {
            return In.PIECES;
        }
        String type = type(request);
        String bare = type.isEmpty() ? "" : MediaTypes.bare(type);
        boolean text = elements.element() instanceof Shape.Text && bare.equals("text/plain");
        if (!LINES.contains(bare) && !text && !bare.isEmpty()) {
            throw new RefusedException(
                    415,
                    "this route takes a stream: send application/x-ndjson, or open a WebSocket");
        }
        return In.LINES;
    }

    private Out out(HttpServerRequest request) {
        if (!(method.output() instanceof Output.Elements elements)) {
            return Out.SINGLE;
        }
        String accept = request.getHeader("Accept");
        if (elements.element() instanceof Shape.Bytes) {
            return Out.PIECES;
        }
        if (accept != null && LINES.stream().anyMatch(accept::contains)) {
            return Out.LINES;
        }
        boolean events = accept != null && accept.contains("text/event-stream");
        return elements.element() instanceof Shape.Text && !events ? Out.PIECES : Out.EVENTS;
    }

    private StreamWork.Codec codec(HttpServerRequest request) {
        boolean socket = SocketWire.wanted(request);
        Out out = socket ? Out.PIECES : out(request);
        return new StreamWork.Codec() {
            @Override
            public StreamWork.Argument argument(Message message) {
                return reading.read(
                        message.mediaType(), InputReading.query(request), message.data());
            }

            @Override
            public Object element(Message message) {
                return read(message);
            }

            @Override
            public Message write(Object value) {
                return method.output() instanceof Output.Elements elements
                        ? writing.element(elements.element(), value, out == Out.PIECES)
                        : writing.whole(method.output(), value);
            }
        };
    }

    private Object read(Message message) {
        Shape shape = ((Input.Elements) method.input()).element();
        ByteBuf data = message.data();
        return switch (shape) {
            case Shape.Bytes ignored -> Content.of(type(message), bytes(data));
            case Shape.Text() when !isLine(message) -> data.toString(StandardCharsets.UTF_8);
            default -> json(shape, data);
        };
    }

    private static String type(Message message) {
        return message.mediaType().isEmpty() ? "application/octet-stream" : message.mediaType();
    }

    private static boolean isLine(Message message) {
        return !message.mediaType().isEmpty()
                && LINES.contains(MediaTypes.bare(message.mediaType()));
    }

    private static byte[] bytes(ByteBuf data) {
        byte[] bytes = new byte[data.readableBytes()];
        data.getBytes(data.readerIndex(), bytes);
        return bytes;
    }

    private Object json(Shape shape, ByteBuf data) {
        int offset = data.arrayOffset() + data.readerIndex();
        try (var parser = json.parser(data.array(), offset, data.readableBytes())) {
            Object value = JsonReading.document(parser, shape);
            if (value == null) {
                throw new BadInputException("an element must not be null");
            }
            return value;
        }
    }

    /** What a client may ask for, by media type. */
    static List<String> formats(Shape element) {
        return switch (element) {
            case Shape.Bytes ignored -> List.of("*/*");
            case Shape.Text() -> List.of("text/plain", "text/event-stream", "application/x-ndjson");
            default -> List.of("text/event-stream", "application/x-ndjson");
        };
    }
}
