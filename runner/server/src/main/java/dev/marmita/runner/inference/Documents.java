package dev.marmita.runner.inference;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonWriting;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Failures;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.http.Requests;
import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers that are small documents. Thread-safe. */
final class Documents {

    private final Json json;
    private final Failures failures;

    Documents(Json json) {
        this.json = json;
        this.failures = Failures.json(json);
    }

    Failures failures() {
        return failures;
    }

    /** Answers GET on the event loop; where the answer is refused, the refusal is the reply. */
    Endpoint get(HttpServerRequest request, String route, Supplier<Reply.Whole> answer) {
        Requests.requireMethod(request, HttpMethod.GET);
        return new Endpoint.Immediate(
                route,
                ignored -> {
                    try {
                        return answer.get();
                    } catch (RefusedException e) {
                        return failures.refused(e);
                    }
                });
    }

    /** Answers POST on an inference thread. */
    Endpoint post(HttpServerRequest request, String route, Endpoint.Work work) {
        Requests.requireMethod(request, HttpMethod.POST);
        return new Endpoint.Worked(
                route, failures, ignored -> new Endpoint.BodyLayout.Heap(), work);
    }

    Reply.Whole reply(int status, @Nullable Object document) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var generator = json.generator(bytes)) {
            JsonWriting.anything(generator, document);
        }
        return Reply.of(status, "application/json", Unpooled.wrappedBuffer(bytes.toByteArray()));
    }

    /**
     * The path in its parts, still encoded; a slash at the end is as none.
     */
    static String[] parts(HttpServerRequest request) {
        String path = Requests.path(request).substring(1);
        return (path.endsWith("/") ? path.substring(0, path.length() - 1) : path).split("/", -1);
    }

    /** One part of a path, decoded. */
    static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(400, "the path is not well-formed");
        }
    }
}
