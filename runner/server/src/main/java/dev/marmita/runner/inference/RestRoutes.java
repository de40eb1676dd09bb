package dev.marmita.runner.inference;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.http.Requests;
import dev.marmita.runner.http.Routes;
import dev.marmita.runner.onnx.OnnxModel;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The Open Inference Protocol v2 over REST: everything under {@code /v2}. Thread-safe. */
public final class RestRoutes implements Routes {

    private static final String MODEL = "/v2/models/{model}";

    /** Of Triton's, known and not served. */
    private static final Set<String> UNSERVED =
            Set.of("trace", "logging", "systemsharedmemory", "cudasharedmemory");

    private final ServerInfo server;
    private final BooleanSupplier ready;
    private final Supplier<ServedModels> models;
    private final RepositoryRoutes repository;
    private final Inference inference;
    private final Statistics statistics;
    private final Documents documents;
    private final ByteBufAllocator allocator;
    private final Map<OnnxModel, Endpoint> inferences = new ConcurrentHashMap<>();

    /**
     * @param models asked for once {@code ready}
     */
    public RestRoutes(
            ServerInfo server,
            BooleanSupplier ready,
            Supplier<ServedModels> models,
            ModelRepository repository,
            Statistics statistics,
            Json json,
            ByteBufAllocator allocator) {
        this.server = server;
        this.ready = ready;
        this.models = models;
        this.documents = new Documents(json);
        this.repository = new RepositoryRoutes(repository, documents);
        this.inference = new Inference(statistics);
        this.statistics = statistics;
        this.allocator = allocator;
    }

    @Override
    public Endpoint find(HttpServerRequest request) {
        String[] parts = Documents.parts(request);
        if (parts.length == 1) {
            return documents.get(request, "/v2", () -> documents.reply(200, server.document()));
        }
        return switch (parts[1]) {
            case "health" -> health(request, parts.length == 3 ? parts[2] : "");
            case "models" -> models(request, parts);
            case "repository" -> repository.find(request, parts);
            default -> {
                if (UNSERVED.contains(parts[1])) {
                    throw new RefusedException(501, "'" + parts[1] + "' is not served here");
                }
                throw Requests.unknown(request);
            }
        };
    }

    private Endpoint health(HttpServerRequest request, String what) {
        return switch (what) {
            case "live" ->
                    documents.get(
                            request,
                            "/v2/health/live",
                            () -> documents.reply(200, Map.of("live", true)));
            case "ready" -> documents.get(request, "/v2/health/ready", this::readiness);
            default -> throw Requests.unknown(request);
        };
    }

    private Reply.Whole readiness() {
        boolean now = ready.getAsBoolean();
        return documents.reply(now ? 200 : 503, Map.of("ready", now));
    }

    private Endpoint models(HttpServerRequest request, String[] parts) {
        if (parts.length == 2) {
            return documents.get(request, "/v2/models", this::listing);
        }
        if (parts.length == 3 && parts[2].equals("stats")) {
            return documents.get(request, "/v2/models/stats", () -> statistics(served().all()));
        }
        String name = Documents.decoded(parts[2]);
        boolean versioned = parts.length > 4 && parts[3].equals("versions");
        String version = versioned ? Documents.decoded(parts[4]) : "";
        int rest = versioned ? 5 : 3;
        if (parts.length > rest + 1) {
            throw Requests.unknown(request);
        }
        return model(request, name, version, parts.length == rest ? "" : parts[rest]);
    }

    private Endpoint model(HttpServerRequest request, String name, String version, String what) {
        return switch (what) {
            case "" ->
                    documents.get(
                            request,
                            MODEL,
                            () -> {
                                OnnxModel model = loaded(name, version);
                                List<String> versions = served().versions(model);
                                return documents.reply(
                                        200, ModelDocuments.metadata(model, versions));
                            });
            case "ready" ->
                    documents.get(request, MODEL + "/ready", () -> readiness(name, version));
            case "config" ->
                    documents.get(
                            request,
                            MODEL + "/config",
                            () -> {
                                OnnxModel model = loaded(name, version);
                                return documents.reply(
                                        200,
                                        ModelDocuments.config(
                                                model, served().numericVersions(model)));
                            });
            case "stats" ->
                    documents.get(
                            request,
                            MODEL + "/stats",
                            () -> statistics(served().versionsOf(name, version)));
            case "infer" -> {
                Requests.requireMethod(request, HttpMethod.POST);
                yield inference(served().find(name, version));
            }
            case "generate", "generate_stream" ->
                    throw new RefusedException(501, "'" + what + "' is not served here");
            default -> throw Requests.unknown(request);
        };
    }

    private Endpoint inference(OnnxModel model) {
        return inferences.computeIfAbsent(
                model,
                served ->
                        new Endpoint.Worked(
                                MODEL + "/infer",
                                documents.failures(),
                                InferWork::layout,
                                new InferWork(served, inference, allocator)));
    }

    private ServedModels served() {
        if (!ready.getAsBoolean()) {
            throw RefusedException.unprocessed("the service is not ready");
        }
        return models.get();
    }

    private OnnxModel loaded(String name, String version) {
        OnnxModel model = served().find(name, version);
        ServedModels.requireLoaded(model);
        return model;
    }

    private Reply.Whole readiness(String name, String version) {
        boolean now = ready.getAsBoolean() && served().find(name, version).loaded();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", now ? served().find(name, version).name() : name);
        document.put("ready", now);
        return documents.reply(now ? 200 : 503, document);
    }

    private Reply.Whole listing() {
        List<String> names =
                ready.getAsBoolean()
                        ? models.get().all().stream()
                                .filter(OnnxModel::loaded)
                                .map(OnnxModel::name)
                                .distinct()
                                .toList()
                        : List.of();
        return documents.reply(200, Map.of("models", names));
    }

    private Reply.Whole statistics(List<OnnxModel> of) {
        return documents.reply(200, StatisticsDocuments.of(of, statistics));
    }
}
