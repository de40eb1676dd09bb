package dev.marmita.runner.service;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.TextReading.Part;
import dev.marmita.runner.bundle.ApiMethod;
import dev.marmita.runner.http.Failures;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.log.Log;
import dev.marmita.runner.tasks.Tasks;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** Calls a method of the service for a task. */
final class TaskWork implements Tasks.Work {

    private final ApiMethod method;
    private final ServiceWork work;
    private final Failures failures;
    private final Log log;

    TaskWork(ApiMethod method, Json json, ByteBufAllocator allocator, Log log) {
        this.method = method;
        this.work = new ServiceWork(method, json, allocator);
        this.failures = Failures.json(json);
        this.log = log;
    }

    @Override
    public Reply.Whole run(RequestScope scope, String mediaType, String query, ByteBuf body) {
        try {
            Reply.Whole reply = work.answer(scope, mediaType, parts(query), body);
            if (scope.expired()) {
                reply.drop();
                return late();
            }
            return reply;
        } catch (RefusedException e) {
            return failures.refused(e);
        } catch (BadInputException e) {
            return failures.badInput(e);
        } catch (CancellationException e) {
            return scope.expired() ? late() : failures.refused(RefusedException.cancelled());
        } catch (Throwable e) {
            if (!scope.cancelled()) {
                log.error(
                        "a task failed",
                        Map.of("requestId", scope.requestId(), "route", method.route()),
                        e);
            }
            return failures.internal(scope.requestId());
        }
    }

    private Reply.Whole late() {
        return failures.refused(new RefusedException(504, "the task took too long"));
    }

    private static Map<String, List<Part>> parts(String query) {
        Map<String, List<Part>> parts = new LinkedHashMap<>();
        new QueryStringDecoder(query, false)
                .parameters()
                .forEach((name, values) -> parts.put(name, values.stream().map(Part::of).toList()));
        return parts;
    }
}
