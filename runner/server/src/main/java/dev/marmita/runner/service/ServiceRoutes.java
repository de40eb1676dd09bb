package dev.marmita.runner.service;

import dev.marmita.runner.batching.JointCalls;
import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonWriting;
import dev.marmita.runner.bundle.ApiMethod;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Endpoint.BodyLayout;
import dev.marmita.runner.http.Failures;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.http.Requests;
import dev.marmita.runner.http.Routes;
import dev.marmita.runner.http.SocketWire;
import dev.marmita.runner.log.Log;
import dev.marmita.runner.tasks.TaskRoutes;
import dev.marmita.runner.tasks.Tasks;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The routes of one service and the pages that describe them. Thread-safe. */
public final class ServiceRoutes implements Routes {

    private final Map<String, Endpoint> posts = new HashMap<>();
    private final Map<String, Endpoint> sockets = new HashMap<>();
    private final Optional<TaskRoutes> tasks;
    private final Map<String, Endpoint> gets = new HashMap<>();
    private final Optional<Endpoint> only;

    /**
     * What the service tells about itself.
     *
     * @param name of the service
     * @param version of the service
     */
    public record About(String name, String version, String description) {}

    /**
     * @param tasks empty: no method can be called as a task
     * @param joint the methods that take several requests at once, by route
     */
    public ServiceRoutes(
            About about,
            List<ApiMethod> methods,
            Json json,
            ByteBufAllocator allocator,
            Optional<Tasks> tasks,
            Map<String, JointCalls> joint) {
        Failures failures = Failures.json(json);
        this.tasks = tasks.map(one -> new TaskRoutes(one, failures, json));
        for (ApiMethod method : methods) {
            if (method.task()) {
                InputReading reading = new InputReading(method.input(), json);
                this.tasks.ifPresent(
                        routes ->
                                routes.add(
                                        method.route(),
                                        (request, body) -> reading.read(request, body).close()));
            }
            if (method.streams()) {
                posts.put(method.route(), HttpStreams.post(method, failures, json, allocator));
                sockets.put(method.route(), HttpStreams.socket(method, failures, json, allocator));
            } else {
                posts.put(
                        method.route(),
                        new Endpoint.Worked(
                                method.route(),
                                failures,
                                request -> new BodyLayout.Heap(),
                                work(method, json, allocator, joint)));
            }
        }
        only =
                methods.size() == 1
                        ? Optional.ofNullable(posts.get(methods.getFirst().route()))
                        : Optional.empty();
        byte[] schema = rendered(json, Descriptions.schema(about.name(), methods));
        byte[] openApi =
                rendered(
                        json,
                        OpenApi.document(
                                about.name(), about.version(), about.description(), methods));
        byte[] page = page();
        get("/schema.json", () -> reply("application/json", schema));
        get("/docs.json", () -> reply("application/json", openApi));
        get("/", () -> reply("text/html; charset=utf-8", page));
    }

    private static Endpoint.Work work(
            ApiMethod method,
            Json json,
            ByteBufAllocator allocator,
            Map<String, JointCalls> joint) {
        ServiceWork work = new ServiceWork(method, json, allocator);
        JointCalls calls = joint.get(method.route());
        return calls == null ? work : new JointWork(work, calls);
    }

    /** What the methods that can be called as tasks do, by route. */
    public static Map<String, Tasks.Work> tasks(
            List<ApiMethod> methods, Json json, ByteBufAllocator allocator, Log log) {
        Map<String, Tasks.Work> works = new HashMap<>();
        methods.stream()
                .filter(ApiMethod::task)
                .forEach(
                        method ->
                                works.put(
                                        method.route(),
                                        new TaskWork(method, json, allocator, log)));
        return works;
    }

    @Override
    public Optional<Endpoint> only() {
        return only;
    }

    private void get(String route, Supplier<Reply.Whole> answer) {
        gets.put(route, new Endpoint.Immediate(route, ignored -> answer.get()));
    }

    @Override
    public Endpoint find(HttpServerRequest request) {
        String path = Requests.path(request);
        Endpoint socket = SocketWire.wanted(request) ? sockets.get(path) : null;
        if (socket != null) {
            return socket;
        }
        Optional<Endpoint> task = tasks.flatMap(routes -> routes.find(request));
        if (task.isPresent()) {
            return task.get();
        }
        Endpoint post = posts.get(path);
        if (post != null) {
            Requests.requireMethod(request, HttpMethod.POST);
            return post;
        }
        Endpoint get = gets.get(path);
        if (get == null) {
            throw Requests.unknown(request);
        }
        Requests.requireMethod(request, HttpMethod.GET);
        return get;
    }

    private static Reply.Whole reply(String type, byte[] bytes) {
        return Reply.of(200, type, Unpooled.wrappedBuffer(bytes));
    }

    private static byte[] rendered(Json json, Map<String, Object> document) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var generator = json.generator(bytes)) {
            JsonWriting.anything(generator, document);
        }
        return bytes.toByteArray();
    }

    private static byte[] page() {
        try (InputStream in = ServiceRoutes.class.getResourceAsStream("try-it.html")) {
            if (in == null) {
                throw new IllegalStateException("try-it.html is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
