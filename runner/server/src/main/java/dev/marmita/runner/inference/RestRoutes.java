package dev.marmita.runner.inference;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonWriting;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Failures;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.http.Requests;
import dev.marmita.runner.http.Routes;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.service.Signature;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The Open Inference Protocol v2 over REST: everything under {@code /v2}. Thread-safe. */
public final class RestRoutes implements Routes {

    private static final String MODEL = "/v2/models/{model}";

    private final ServerInfo server;
    private final BooleanSupplier ready;
    private final Supplier<ServedModels> models;
    private final Json json;
    private final Failures failures;
    private final ByteBufAllocator allocator;
    private final Map<OnnxModel, Endpoint> inferences = new ConcurrentHashMap<>();

    /**
     * @param models asked for once {@code ready}
     */
    public RestRoutes(
            ServerInfo server,
            BooleanSupplier ready,
            Supplier<ServedModels> models,
            Json json,
            ByteBufAllocator allocator) {
        this.server = server;
        this.ready = ready;
        this.models = models;
        this.json = json;
        this.failures = Failures.json(json);
        this.allocator = allocator;
    }

    @Override
    public Endpoint find(HttpServerRequest request) {
        String[] parts = Requests.path(request).substring(1).split("/", -1);
        int count = parts.length;
        if (count > 1 && parts[count - 1].isEmpty()) {
            count--;
        }
        if (count == 1) {
            return get(request, "/v2", () -> reply(200, server.document()));
        }
        return switch (parts[1]) {
            case "health" -> health(request, count == 3 ? parts[2] : "");
            case "models" ->
                    count == 2
                            ? get(request, "/v2/models", this::listing)
                            : model(request, parts, count);
            default -> throw Requests.unknown(request);
        };
    }

    private Endpoint health(HttpServerRequest request, String what) {
        return switch (what) {
            case "live" -> get(request, "/v2/health/live", () -> reply(200, Map.of("live", true)));
            case "ready" ->
                    get(
                            request,
                            "/v2/health/ready",
                            () ->
                                    ready.getAsBoolean()
                                            ? reply(200, Map.of("ready", true))
                                            : reply(503, Map.of("ready", false)));
            default -> throw Requests.unknown(request);
        };
    }

    private Endpoint model(HttpServerRequest request, String[] parts, int count) {
        String name = decoded(parts[2]);
        boolean versioned = count > 4 && parts[3].equals("versions");
        String version = versioned ? decoded(parts[4]) : "";
        int rest = versioned ? 5 : 3;
        if (count == rest) {
            return get(request, MODEL, () -> reply(200, metadata(found(name, version))));
        }
        if (count > rest + 1) {
            throw Requests.unknown(request);
        }
        return switch (parts[rest]) {
            case "ready" -> get(request, MODEL + "/ready", () -> readiness(name, version));
            case "infer" -> {
                Requests.requireMethod(request, HttpMethod.POST);
                yield inference(found(name, version));
            }
            default -> throw Requests.unknown(request);
        };
    }

    private Endpoint inference(OnnxModel model) {
        return inferences.computeIfAbsent(
                model,
                served ->
                        new Endpoint.Worked(
                                MODEL + "/infer",
                                failures,
                                InferWork::layout,
                                new InferWork(served, allocator)));
    }

    private OnnxModel found(String name, String version) {
        if (!ready.getAsBoolean()) {
            throw RefusedException.unprocessed("the service is not ready");
        }
        return models.get().find(name, version);
    }

    private Reply.Whole readiness(String name, String version) {
        if (!ready.getAsBoolean()) {
            return reply(503, Map.of("name", name, "ready", false));
        }
        OnnxModel model = found(name, version);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", model.name());
        document.put("ready", true);
        return reply(200, document);
    }

    private Reply.Whole listing() {
        return reply(
                200, Map.of("models", ready.getAsBoolean() ? models.get().names() : List.of()));
    }

    private Map<String, Object> metadata(OnnxModel model) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", model.name());
        document.put("versions", models.get().versions(model));
        document.put("platform", ServerInfo.PLATFORM);
        document.put("inputs", ports(model.signature().inputs()));
        document.put("outputs", ports(model.signature().outputs()));
        if (!model.metadata().isEmpty()) {
            document.put("properties", model.metadata());
        }
        return document;
    }

    private static List<Map<String, Object>> ports(List<Signature.Port> ports) {
        return ports.stream()
                .map(
                        port -> {
                            Map<String, Object> tensor = new LinkedHashMap<>();
                            tensor.put("name", port.name());
                            tensor.put("datatype", port.kind().name());
                            tensor.put("shape", port.shape());
                            return tensor;
                        })
                .toList();
    }

    /** Also where the answer is refused: the refusal is the reply. */
    private Endpoint get(HttpServerRequest request, String route, Supplier<Reply.Whole> answer) {
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

    private static String decoded(String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(400, "the path is not well-formed");
        }
    }

    private Reply.Whole reply(int status, Map<String, ?> document) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var generator = json.generator(bytes)) {
            JsonWriting.anything(generator, document);
        }
        return Reply.of(status, "application/json", Unpooled.wrappedBuffer(bytes.toByteArray()));
    }
}
