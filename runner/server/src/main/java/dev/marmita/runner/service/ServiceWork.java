package dev.marmita.runner.service;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.TextReading.Part;
import dev.marmita.runner.bundle.ApiMethod;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Message;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.Content;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls a method of the service for every request. */
final class ServiceWork implements Endpoint.Work {

    private final ApiMethod method;
    private final InputReading reading;
    private final OutputWriting writing;

    ServiceWork(ApiMethod method, Json json, ByteBufAllocator allocator) {
        this.method = method;
        this.reading = new InputReading(method.input(), json);
        this.writing = new OutputWriting(json, allocator);
    }

    @Override
    public Reply answer(RequestScope scope, HttpServerRequest request, ByteBuf body)
            throws Throwable {
        String type = request.getHeader("Content-Type");
        return answer(scope, type == null ? "" : type, InputReading.query(request), body);
    }

    /** Answers what came with that media type and query string. */
    Reply.Whole answer(
            RequestScope scope, String mediaType, Map<String, List<Part>> query, ByteBuf body)
            throws Throwable {
        long start = System.nanoTime();
        try (var input = reading.read(mediaType, query, body)) {
            long read = System.nanoTime();
            scope.stage("decode", read - start);
            Object result = method.call().invoke(input.value(), scope);
            long called = System.nanoTime();
            scope.stage("service", called - read);
            Reply.Whole reply = reply(result);
            scope.stage("encode", System.nanoTime() - called);
            return reply;
        }
    }

    /** What the request gives to the method. */
    StreamWork.Argument argument(HttpServerRequest request, ByteBuf body) {
        return reading.read(request, body);
    }

    /**
     * The answer for what the method returned.
     *
     * @throws IllegalStateException where that is null
     */
    Reply.Whole reply(@Nullable Object result) {
        if (result == null) {
            throw new IllegalStateException(
                    "method " + method.name() + " of the service returned null");
        }
        Message message = writing.whole(method.output(), result);
        Reply.Whole reply = Reply.of(200, message.mediaType(), message.data());
        return result instanceof Content content && content.fileName().isPresent()
                ? reply.with("Content-Disposition", disposition(content.fileName().get()))
                : reply;
    }

    private static String disposition(String fileName) {
        return "attachment; filename=\""
                + fileName.replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "_")
                + "\"";
    }
}
