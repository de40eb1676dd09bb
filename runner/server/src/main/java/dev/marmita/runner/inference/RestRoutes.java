package dev.marmita.runner.inference;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.http.Requests;
import dev.marmita.runner.http.Routes;
import dev.marmita.runner.onnx.OnnxModel;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The Open Inference Protocol v2 over REST: everything under {@code /v2}. Thread-safe. */
final class RestRoutes implements Routes {

    private static final String MODEL = "/v2/models/{model}";

    /** Of Triton's, known and not served. */
    private static final Set<String> UNSERVED =
            Set.of("trace", "logging", "systemsharedmemory", "cudasharedmemory");

    private final ServerInfo server;
    private final RestKit kit;
    private final Documents documents;
    private final RepositoryRoutes repository;
    private final Statistics statistics;
    private final Map<OnnxModel, Endpoint> inferences = new ConcurrentHashMap<>();

    RestRoutes(ServerInfo server, RestKit kit, ModelRepository repository, Statistics statistics) {
        this.server = server;
        this.kit = kit;
        this.documents = kit.documents();
        this.repository = new RepositoryRoutes(repository, documents);
        this.statistics = statistics;
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
        boolean now = kit.ready().getAsBoolean();
        return documents.reply(now ? 200 : 503, Map.of("ready", now));
    }

    private Endpoint models(HttpServerRequest request, String[] parts) {
        if (parts.length == 2) {
            return documents.get(
                    request,
                    "/v2/models",
                    () -> documents.reply(200, Map.of("models", kit.loadedNames())));
        }
        if (parts.length == 3 && parts[2].equals("stats")) {
            return documents.get(request, "/v2/models/stats", () -> statistics(kit.served().all()));
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
                                OnnxModel model = kit.loaded(name, version);
                                List<String> versions = kit.served().versions(model);
                                return documents.reply(
                                        200, ModelDocuments.metadata(model, versions));
                            });
            case "ready" ->
                    documents.get(request, MODEL + "/ready", () -> kit.readiness(name, version));
            case "config" ->
                    documents.get(
                            request,
                            MODEL + "/config",
                            () -> {
                                OnnxModel model = kit.loaded(name, version);
                                return documents.reply(
                                        200,
                                        ModelDocuments.config(
                                                model, kit.served().numericVersions(model)));
                            });
            case "stats" ->
                    documents.get(
                            request,
                            MODEL + "/stats",
                            () -> statistics(kit.served().versionsOf(name, version)));
            case "infer" -> {
                Requests.requireMethod(request, HttpMethod.POST);
                yield inference(kit.served().find(name, version));
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
                                new InferWork(served, kit.inference(), kit.allocator())));
    }

    private Reply.Whole statistics(List<OnnxModel> of) {
        return documents.reply(200, StatisticsDocuments.of(of, statistics));
    }
}
