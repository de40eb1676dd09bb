package dev.marmita.runner.inference;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Endpoint.BodyLayout;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.runner.work.RequestScope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers SageMaker's {@code POST /invocations} for one model, by the body's {@code Content-Type}: JSON as
 * version 2 or version 1 has it, JSON and raw tensors in the form of Triton's SageMaker containers or of
 * the binary extension, or anything else as the raw tensor of the model's only input.
 */
final class InvocationWork implements Endpoint.Work {

    private static final String TRITON = "application/vnd.sagemaker-triton.binary+json";
    private static final Pattern HEADER_SIZE =
            Pattern.compile(
                    ";\\s*json-header-size\\s*=\\s*\"?(\\d{1,10})", Pattern.CASE_INSENSITIVE);

    private final OnnxModel model;
    private final Inference inference;
    private final ByteBufAllocator allocator;
    private final PredictWork predict;

    InvocationWork(OnnxModel model, Inference inference, ByteBufAllocator allocator) {
        this.model = model;
        this.inference = inference;
        this.allocator = allocator;
        this.predict = new PredictWork(model, inference, allocator);
    }

    static BodyLayout layout(HttpServerRequest request) {
        return InferReading.layout(headerLength(request));
    }

    /** Bytes of JSON before raw tensors; null: all is JSON; 0: none is. */
    private static @Nullable String headerLength(HttpServerRequest request) {
        String header = request.getHeader(InferReading.HEADER_LENGTH);
        if (header != null) {
            return header;
        }
        String type = request.getHeader("Content-Type");
        if (type == null) {
            return null;
        }
        if (isTriton(type)) {
            Matcher size = HEADER_SIZE.matcher(type);
            return size.find() ? size.group(1) : "missing";
        }
        String plain = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return plain.equals("application/json") || plain.endsWith("+json") ? null : "0";
    }

    private static boolean isTriton(@Nullable String type) {
        return type != null && type.toLowerCase(Locale.ROOT).startsWith(TRITON);
    }

    @Override
    public Reply answer(RequestScope scope, HttpServerRequest request, ByteBuf body)
            throws Throwable {
        ServedModels.requireLoaded(model);
        String headerLength = headerLength(request);
        if (headerLength == null && !isVersion2(JsonCursor.over(body))) {
            return predict.answer(scope, request, body);
        }
        Reply.Whole reply =
                inference.answer(
                        scope,
                        () -> InferReading.read(model, headerLength, body, allocator),
                        (call, outcome) -> RestWriting.write(outcome, call.id(), allocator));
        return isTriton(request.getHeader("Content-Type")) ? inTritonsForm(reply) : reply;
    }

    private static Reply.Whole inTritonsForm(Reply.Whole reply) {
        List<Reply.Header> headers = reply.headers();
        for (Reply.Header header : headers) {
            if (header.name().equals(InferReading.HEADER_LENGTH)) {
                return new Reply.Whole(
                        reply.status(),
                        TRITON + ";json-header-size=" + header.value(),
                        headers,
                        reply.body(),
                        reply.trailers());
            }
        }
        return reply;
    }

    /** Whether the inputs tell their datatypes. */
    private static boolean isVersion2(JsonCursor cursor) {
        boolean[] typed = {false};
        cursor.members(
                key -> {
                    if (key.equals("inputs") && cursor.peek() == '[') {
                        cursor.elements(() -> typed[0] |= isTyped(cursor));
                    } else {
                        cursor.skipValue();
                    }
                });
        return typed[0];
    }

    private static boolean isTyped(JsonCursor cursor) {
        if (cursor.peek() != '{') {
            cursor.skipValue();
            return false;
        }
        boolean[] typed = {false};
        cursor.members(
                key -> {
                    typed[0] |= key.equals("datatype");
                    cursor.skipValue();
                });
        return typed[0];
    }
}
