package dev.marmita.runner.service;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonReading;
import dev.marmita.runner.binding.MediaTypes;
import dev.marmita.runner.binding.Shape;
import dev.marmita.runner.binding.TextReading;
import dev.marmita.runner.binding.TextReading.Part;
import dev.marmita.runner.bundle.ApiMethod.Input;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.service.StreamWork.Argument;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Content;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes a method's argument out of a request, by the media type of its body. */
final class InputReading {

    private static final String JSON = "application/json";
    private static final String FORM = "multipart/form-data";

    private final Input input;
    private final Json json;
    private final TextReading texts;

    InputReading(Input input, Json json) {
        this.input = input;
        this.json = json;
        this.texts = new TextReading(json);
    }

    /**
     * Reads the argument.
     *
     * @throws RefusedException 415
     * @throws BadInputException naming the field at fault
     */
    Argument read(HttpServerRequest request, ByteBuf body) {
        String header = request.getHeader("Content-Type");
        return read(header == null ? "" : header, query(request), body);
    }

    /**
     * Reads the argument.
     *
     * @param header the body's media type with its parameters; empty: it is not told
     * @param query what stands beside the body
     * @throws RefusedException 415
     * @throws BadInputException naming the field at fault
     */
    Argument read(String header, Map<String, List<Part>> query, ByteBuf body) {
        String type = header.isEmpty() ? "" : MediaTypes.bare(header);
        return switch (input) {
            case Input.None() -> none(body, type);
            case Input.Raw() -> plain(content(header, body));
            case Input.Elements ignored ->
                    throw new IllegalStateException("a stream is read element by element");
            case Input.Fields fields -> {
                Shape.Structure shape = fields.shape();
                if (type.equals(FORM)) {
                    yield form(shape, header, body);
                }
                if (type.equals(JSON) || type.endsWith("+json")) {
                    yield plain(json(shape, body));
                }
                yield plain(other(fields, query, type, body));
            }
        };
    }

    private static Argument plain(@Nullable Object argument) {
        return new Argument(argument, () -> {});
    }

    private Argument none(ByteBuf body, String type) {
        if (body.isReadable()) {
            boolean empty =
                    type.equals(JSON)
                            && json(new Shape.Mapping(new Shape.Anything()), body)
                                    instanceof Map<?, ?> map
                            && map.isEmpty();
            if (!empty) {
                throw new BadInputException("this route takes no input");
            }
        }
        return plain(null);
    }

    private Object json(Shape shape, ByteBuf body) {
        int offset = body.arrayOffset() + body.readerIndex();
        try (var parser = json.parser(body.array(), offset, body.readableBytes())) {
            Object value = JsonReading.document(parser, shape);
            if (value == null) {
                throw new BadInputException("the request must be a JSON object, not null");
            }
            return value;
        }
    }

    private Argument form(Shape.Structure shape, String contentType, ByteBuf body) {
        Form form = Form.read(contentType, body);
        try {
            return new Argument(texts.record(shape.type(), form.parts()), form::close);
        } catch (RuntimeException | Error e) {
            form.close();
            throw e;
        }
    }

    /** A raw body with the query string for the rest; or, for want of a media type, a guess. */
    private Object other(
            Input.Fields fields, Map<String, List<Part>> query, String type, ByteBuf body) {
        Shape.Structure shape = fields.shape();
        Optional<String> rawField = fields.rawField();
        if (!body.isReadable()) {
            return texts.record(shape.type(), query);
        }
        if (rawField.isEmpty()) {
            if (type.isEmpty()) {
                return json(shape, body);
            }
            throw unsupported(type, JSON + " or " + FORM);
        }
        String field = rawField.get();
        Shape.Bytes bytes = (Shape.Bytes) shape.type().field(field).orElseThrow().shape();
        String sent = type.isEmpty() ? "application/octet-stream" : type;
        boolean unknown = sent.equals("application/octet-stream");
        if (!unknown && !MediaTypes.accepts(bytes.accept(), sent)) {
            throw unsupported(
                    type, JSON + ", " + FORM + " or " + String.join(", ", bytes.accept()));
        }
        Map<String, List<Part>> parts = new LinkedHashMap<>(query);
        if (parts.put(field, List.of(Part.of(content(sent, body)))) != null) {
            throw new BadInputException(field, "field '" + field + "' is given twice");
        }
        return texts.record(shape.type(), parts);
    }

    /** The query string. */
    static Map<String, List<Part>> query(HttpServerRequest request) {
        Map<String, List<Part>> parts = new LinkedHashMap<>();
        for (Map.Entry<String, String> parameter : request.params().entries()) {
            parts.computeIfAbsent(parameter.getKey(), name -> new ArrayList<>())
                    .add(Part.of(parameter.getValue()));
        }
        return parts;
    }

    private static Content content(String type, ByteBuf body) {
        ByteBuffer bytes =
                ByteBuffer.wrap(
                        body.array(),
                        body.arrayOffset() + body.readerIndex(),
                        body.readableBytes());
        return new Content(
                type.isEmpty() ? "application/octet-stream" : type, Optional.empty(), bytes);
    }

    private static RefusedException unsupported(String type, String wanted) {
        String shown = type.length() > 100 ? type.substring(0, 100) : type;
        return new RefusedException(
                415, "media type '" + shown + "' is not taken here; send " + wanted);
    }
}
