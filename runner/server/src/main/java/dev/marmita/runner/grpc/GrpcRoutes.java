package dev.marmita.runner.grpc;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Endpoint.BodyLayout;
import dev.marmita.runner.http.Failures;
import dev.marmita.runner.http.Phase;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Requests;
import dev.marmita.runner.http.Routes;
import dev.marmita.runner.inference.Inference;
import dev.marmita.runner.inference.ModelRepository;
import dev.marmita.runner.inference.ServedModels;
import dev.marmita.runner.inference.ServerInfo;
import dev.marmita.runner.inference.Statistics;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** The methods that are served over gRPC. Thread-safe. */
public final class GrpcRoutes implements Routes {

    private static final String INFERENCE = "inference.GRPCInferenceService";

    private final ServerInfo server;
    private final AtomicReference<Phase> phase;
    private final HealthService health;
    private final Frames frames;
    private final Failures failures = new GrpcFailures();
    private final Map<String, Endpoint> methods = new HashMap<>();
    private final AtomicReference<Supplier<Optional<ServiceCalls>>> service =
            new AtomicReference<>(Optional::empty);

    /**
     * @param models asked for once the phase is {@link Phase#READY}
     */
    public GrpcRoutes(
            ServerInfo server,
            GrpcSettings settings,
            Supplier<ServedModels> models,
            ModelRepository repository,
            Statistics statistics) {
        this.server = server;
        this.phase = settings.phase();
        this.frames = new Frames(settings.allocator(), settings.maxBytes());
        small(INFERENCE, "ServerLive", (in, out) -> out.bool(1, true));
        small(INFERENCE, "ServerReady", (in, out) -> out.bool(1, ready()));
        small(INFERENCE, "ServerMetadata", (in, out) -> serverMetadata(out));
        ModelMethods tells = new ModelMethods(phase, models, repository, statistics);
        small(INFERENCE, "ModelReady", tells::ready);
        small(INFERENCE, "ModelMetadata", tells::metadata);
        small(INFERENCE, "ModelConfig", tells::config);
        small(INFERENCE, "ModelStatistics", tells::statistics);
        small(INFERENCE, "RepositoryIndex", tells::index);
        worked("RepositoryModelLoad", new RepositoryControl(repository::load, frames));
        worked("RepositoryModelUnload", new RepositoryControl(repository::unload, frames));
        Inference inference = new Inference(statistics);
        worked("ModelInfer", new GrpcInfer(models, inference, frames, settings.allocator()));
        StreamedRequest.Kit kit = new StreamedRequest.Kit(settings, models, inference, frames);
        String stream = "/" + INFERENCE + "/ModelStreamInfer";
        conversation(
                stream,
                new Endpoint.Conversation(stream, request -> StreamInfer.talk(request, kit)));
        health =
                new HealthService(
                        new HealthNames(
                                Set.of(
                                        INFERENCE,
                                        HealthService.NAME,
                                        Reflection.V1,
                                        Reflection.V1_ALPHA),
                                phase,
                                models,
                                () -> service.get().get()),
                        frames);
        small(HealthService.NAME, "Check", health::check);
        String watch = "/" + HealthService.NAME + "/Watch";
        conversation(watch, new Endpoint.Conversation(watch, health::watch));
        reflection(Reflection.V1);
        reflection(Reflection.V1_ALPHA);
    }

    private void conversation(String path, Endpoint.Conversation conversation) {
        methods.put(path, conversation);
    }

    private void worked(String method, Endpoint.Work work) {
        String path = "/" + INFERENCE + "/" + method;
        methods.put(
                path,
                new Endpoint.Worked(path, failures, request -> new BodyLayout.Framed(), work));
    }

    private void small(String service, String method, BiConsumer<ByteBuf, ProtoWriter> answer) {
        String path = "/" + service + "/" + method;
        conversation(
                path,
                new Endpoint.Conversation(
                        path, request -> SmallCall.talk(request, frames, answer)));
    }

    private void reflection(String service) {
        String path = "/" + service + "/ServerReflectionInfo";
        conversation(
                path,
                new Endpoint.Conversation(
                        path,
                        request -> {
                            Reflection reflection = Reflection.load(this.service.get().get());
                            SmallCall.talk(request, frames, reflection::answer);
                        }));
    }

    /** Callers that watch this server's health and have not been told that it stops. */
    public int trustingWatchers() {
        return health.trusting();
    }

    @Override
    public Endpoint find(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            throw new RefusedException(415, "gRPC is spoken over HTTP/2");
        }
        String path = Requests.path(request);
        Endpoint own = methods.get(path);
        Endpoint method =
                own != null
                        ? own
                        : service.get()
                                .get()
                                .map(calls -> calls.endpoints().get(path))
                                .orElse(null);
        return method != null
                ? method
                : new Endpoint.Immediate(
                        "unknown",
                        ignored ->
                                failures.refused(
                                        new RefusedException(501, "there is no such method")));
    }

    /**
     * Serves the methods of the service too.
     *
     * @param calls empty until the service is constructed
     */
    public void serve(Supplier<Optional<ServiceCalls>> calls) {
        service.set(calls);
    }

    private boolean ready() {
        return phase.get() == Phase.READY;
    }

    private void serverMetadata(ProtoWriter out) {
        out.string(1, server.name()).string(2, server.version());
        server.extensions().forEach(extension -> out.element(3, extension));
    }
}
