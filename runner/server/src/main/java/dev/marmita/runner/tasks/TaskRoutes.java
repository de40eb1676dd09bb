package dev.marmita.runner.tasks;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonWriting;
import dev.marmita.runner.http.BodyWire;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Failures;
import dev.marmita.runner.http.Message;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.http.Requests;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The routes of a method's tasks. They need no turn among the inference threads. Thread-safe. */
public final class TaskRoutes {

    /** Looks at the input of a task before it is accepted. */
    @FunctionalInterface
    public interface Check {
        /** Throws what reading the input throws. */
        void read(HttpServerRequest request, ByteBuf body);
    }

    private interface Answer {
        Reply.Whole of(RequestScope scope, HttpServerRequest request, ByteBuf body)
                throws IOException;
    }

    private record Route(HttpMethod method, boolean alsoPut, Endpoint endpoint) {}

    private final Tasks tasks;
    private final Failures failures;
    private final Json json;
    private final Map<String, Route> routes = new HashMap<>();

    public TaskRoutes(Tasks tasks, Failures failures, Json json) {
        this.tasks = tasks;
        this.failures = failures;
        this.json = json;
    }

    /** Adds the routes of a method's tasks. */
    public void add(String route, Check check) {
        add(
                route + "/submit",
                HttpMethod.POST,
                false,
                (scope, request, body) -> {
                    check.read(request, body.duplicate());
                    String header = request.getHeader("Content-Type");
                    String query = request.query();
                    Task.Input input =
                            new Task.Input(
                                    header == null ? "" : header, query == null ? "" : query);
                    return started(tasks.submit(route, scope.requestId(), input, body));
                });
        add(
                route + "/status",
                HttpMethod.GET,
                false,
                (scope, request, body) -> told(tasks.find(route, id(request))));
        add(
                route + "/get",
                HttpMethod.GET,
                false,
                (scope, request, body) -> answer(tasks.find(route, id(request))));
        add(
                route + "/retry",
                HttpMethod.POST,
                true,
                (scope, request, body) -> {
                    Task task = tasks.find(route, id(request));
                    if (!task.ended()) {
                        throw notEnded(task);
                    }
                    return started(tasks.again(task, scope.requestId()));
                });
        add(
                route + "/cancel",
                HttpMethod.POST,
                true,
                (scope, request, body) -> {
                    Task task = tasks.find(route, id(request));
                    return told(
                            tasks.cancel(task)
                                    .orElseThrow(
                                            () ->
                                                    new RefusedException(
                                                            400,
                                                            "task "
                                                                    + task.id()
                                                                    + " has already ended")));
                });
    }

    private void add(String path, HttpMethod method, boolean alsoPut, Answer answer) {
        Endpoint endpoint =
                new Endpoint.Streamed(
                        path,
                        failures,
                        request ->
                                new BodyWire(request, BodyWire.In.WHOLE, BodyWire.Out.SINGLE, ""),
                        false,
                        (scope, request, talk) -> {
                            try (Message message =
                                    talk.next()
                                            .orElseThrow(
                                                    () -> new BadInputException("no request"))) {
                                talk.reply(answer.of(scope, request, message.data()));
                            }
                        });
        routes.put(path, new Route(method, alsoPut, endpoint));
    }

    /**
     * The endpoint of a request; empty where it is not about tasks.
     *
     * @throws RefusedException 405
     */
    public Optional<Endpoint> find(HttpServerRequest request) {
        Route route = routes.get(Requests.path(request));
        if (route == null) {
            return Optional.empty();
        }
        if (!route.alsoPut() || !request.method().equals(HttpMethod.PUT)) {
            Requests.requireMethod(request, route.method());
        }
        return Optional.of(route.endpoint());
    }

    private static String id(HttpServerRequest request) {
        String id = request.getParam("task_id");
        if (id == null || id.isEmpty()) {
            throw new BadInputException("task_id", "task_id is required");
        }
        return id;
    }

    private static RefusedException notEnded(Task task) {
        return new RefusedException(400, "task " + task.id() + " is not completed yet");
    }

    private static RefusedException withoutAnswer(Task task) {
        return task.status() == Task.Status.CANCELED
                ? new RefusedException(400, "task " + task.id() + " was canceled")
                : new RefusedException(500, "the answer of task " + task.id() + " was lost");
    }

    private Reply.Whole answer(Task task) throws IOException {
        if (!task.ended()) {
            throw notEnded(task);
        }
        Task.Answer answer = task.answer().orElseThrow(() -> withoutAnswer(task));
        Reply.Whole reply =
                Reply.of(
                        answer.status(),
                        answer.mediaType(),
                        Unpooled.wrappedBuffer(tasks.answer(task)));
        tasks.fetched(task);
        return answer.disposition().isEmpty()
                ? reply
                : reply.with("Content-Disposition", answer.disposition());
    }

    /** As BentoML answers, which does not tell whether it waits. */
    private Reply.Whole started(Task task) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("task_id", task.id());
        body.put("status", Task.Status.IN_PROGRESS.toString());
        return rendered(body);
    }

    private Reply.Whole told(Task task) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("task_id", task.id());
        body.put("status", task.status().toString());
        body.put("created_at", task.createdAt().toString());
        body.put("executed_at", task.executedAt().map(Instant::toString).orElse(null));
        return rendered(body);
    }

    private Reply.Whole rendered(Map<String, ?> body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var generator = json.generator(bytes)) {
            JsonWriting.anything(generator, body);
        }
        return Reply.of(200, Message.JSON, Unpooled.wrappedBuffer(bytes.toByteArray()));
    }
}
