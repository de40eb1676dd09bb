package dev.marmita.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.marmita.cli.api.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A real HTTP server that speaks the part of the REST contract that the command uses. Answers are scripted by route;
 * several for one route are given in turn, the last one for ever.
 */
public final class FakePlatform implements AutoCloseable {
    public static final String TOKEN = "mrm_admin";

    /** What came in. */
    public record Request(
            String method, String path, String query, Map<String, String> headers, byte[] body) {
        public JsonNode json() {
            return Json.parse(body);
        }
    }

    /** What goes out; status 0 hangs up without an answer. */
    public record Reply(int status, Map<String, String> headers, byte[] body) {
        public static Reply of(int status, JsonNode body) {
            return new Reply(status, Map.of("Content-Type", "application/json"), Json.bytes(body));
        }

        public static Reply json(int status, String body) {
            return of(
                    status,
                    Json.parse(
                            body.replace('\'', '"')
                                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }

        public static Reply problem(int status, String slug, String detail) {
            ObjectNode node =
                    Json.object()
                            .put("type", "urn:marmita:error:" + slug)
                            .put("status", status)
                            .put("detail", detail)
                            .put("requestId", "req-1");
            return new Reply(
                    status, Map.of("Content-Type", "application/problem+json"), Json.bytes(node));
        }

        public static Reply hangUp() {
            return new Reply(0, Map.of(), new byte[0]);
        }

        public Reply with(String header, String value) {
            Map<String, String> all = new HashMap<>(headers);
            all.put(header, value);
            return new Reply(status, all, body);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Map<String, List<Function<Request, Reply>>> routes = new ConcurrentHashMap<>();

    public FakePlatform() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** The requests to one route, as {@code POST /api/v1/models}. */
    public List<Request> requests(String route) {
        return requests.stream()
                .filter(it -> (it.method() + " " + it.path()).equals(route))
                .toList();
    }

    public FakePlatform on(String route, Function<Request, Reply> reply) {
        routes.computeIfAbsent(route, _ -> new ArrayList<>()).add(reply);
        return this;
    }

    public FakePlatform on(String route, Reply reply) {
        return on(route, _ -> reply);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(), values.getFirst()));
            String query = exchange.getRequestURI().getRawQuery();
            Request request =
                    new Request(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().getPath(),
                            query == null ? "" : query,
                            headers,
                            exchange.getRequestBody().readAllBytes());
            requests.add(request);
            Reply reply = reply(request);
            if (reply.status() == 0) {
                return; // closing without an answer breaks the connection
            }
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(
                    reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
            if (reply.body().length > 0) {
                exchange.getResponseBody().write(reply.body());
            }
        }
    }

    private Reply reply(Request request) {
        boolean control = request.path().startsWith("/api/");
        if (control && !("Bearer " + TOKEN).equals(request.headers().get("authorization"))) {
            return Reply.problem(401, "unauthenticated", "A valid token is needed");
        }
        List<Function<Request, Reply>> replies =
                routes.get(request.method() + " " + request.path());
        if (replies == null) {
            return Reply.problem(404, "not-found", "There is no " + request.path());
        }
        Function<Request, Reply> next;
        synchronized (replies) {
            next = replies.size() > 1 ? replies.removeFirst() : replies.getFirst();
        }
        return next.apply(request);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
