package dev.marmita.runner.service;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonWriting;
import dev.marmita.runner.binding.Shape;
import dev.marmita.runner.bundle.ApiMethod;
import dev.marmita.runner.bundle.ApiMethod.Output;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.Content;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import io.vertx.core.http.HttpServerRequest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls a method of the service for every request. */
final class ServiceWork implements Endpoint.Work {

    private final ApiMethod method;
    private final InputReading reading;
    private final Json json;
    private final ByteBufAllocator allocator;

    ServiceWork(ApiMethod method, Json json, ByteBufAllocator allocator) {
        this.method = method;
        this.reading = new InputReading(method.input(), json);
        this.json = json;
        this.allocator = allocator;
    }

    @Override
    public Reply answer(RequestScope scope, HttpServerRequest request, ByteBuf body)
            throws Throwable {
        long start = System.nanoTime();
        try (var input = reading.read(request, body)) {
            long read = System.nanoTime();
            scope.stage("decode", read - start);
            Object result = method.call().invoke(input.argument(), scope);
            long called = System.nanoTime();
            scope.stage("service", called - read);
            Reply reply = reply(result);
            scope.stage("encode", System.nanoTime() - called);
            return reply;
        }
    }

    private Reply reply(@Nullable Object result) {
        if (result == null) {
            throw new IllegalStateException(
                    "method " + method.name() + " of the service returned null");
        }
        return switch (method.output()) {
            case Output.Json output ->
                    Reply.of(200, "application/json", json(output.shape(), result));
            case Output.Text() -> Reply.text(200, "text/plain; charset=utf-8", (String) result);
            case Output.Raw() -> raw((Content) result);
            case Output.Events events ->
                    new Reply.Events(
                            ((Stream<?>) result).map(event -> json(events.element(), event)));
        };
    }

    private Reply raw(Content content) {
        ByteBuf body = allocator.directBuffer(content.size());
        body.writeBytes(content.bytes());
        Reply.Whole reply = Reply.of(200, content.mediaType(), body);
        return content.fileName()
                .map(name -> reply.with("Content-Disposition", disposition(name)))
                .orElse(reply);
    }

    private static String disposition(String fileName) {
        return "attachment; filename=\""
                + fileName.replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "_")
                + "\"";
    }

    private ByteBuf json(Shape shape, @Nullable Object value) {
        ByteBuf body = allocator.directBuffer(1024);
        try (var generator = json.generator(new ByteBufOutputStream(body))) {
            JsonWriting.write(generator, shape, value);
        } catch (RuntimeException | Error e) {
            body.release();
            throw e;
        }
        return body;
    }
}
