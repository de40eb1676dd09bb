package dev.marmita.runner.grpc;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Endpoint.BodyLayout;
import dev.marmita.runner.http.Failures;
import dev.marmita.runner.http.Phase;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Requests;
import dev.marmita.runner.http.Routes;
import dev.marmita.runner.inference.ServedModels;
import dev.marmita.runner.inference.ServerInfo;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.service.Signature;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** The methods that are served over gRPC. Thread-safe. */
public final class GrpcRoutes implements Routes {

    private static final String INFERENCE = "inference.GRPCInferenceService";
    private static final String HEALTH = "grpc.health.v1.Health";
    private static final int SERVING = 1;
    private static final int NOT_SERVING = 2;

    private final ServerInfo server;
    private final AtomicReference<Phase> phase;
    private final Supplier<ServedModels> models;
    private final Frames frames;
    private final Failures failures = new GrpcFailures();
    private final Map<String, Endpoint> methods = new HashMap<>();

    /**
     * @param models asked for once the phase is {@link Phase#READY}
     */
    public GrpcRoutes(
            ServerInfo server,
            AtomicReference<Phase> phase,
            Supplier<ServedModels> models,
            int maxBytes,
            ByteBufAllocator allocator) {
        this.server = server;
        this.phase = phase;
        this.models = models;
        this.frames = new Frames(allocator, maxBytes);
        small(INFERENCE, "ServerLive", (in, out) -> out.bool(1, true));
        small(INFERENCE, "ServerReady", (in, out) -> out.bool(1, ready()));
        small(INFERENCE, "ServerMetadata", (in, out) -> serverMetadata(out));
        small(INFERENCE, "ModelReady", this::modelReady);
        small(INFERENCE, "ModelMetadata", this::modelMetadata);
        small(HEALTH, "Check", this::health);
        String infer = "/" + INFERENCE + "/ModelInfer";
        methods.put(
                infer,
                new Endpoint.Worked(
                        infer,
                        failures,
                        request -> new BodyLayout.Framed(),
                        new GrpcInfer(models, frames, allocator)));
        reflection(Reflection.V1);
        reflection(Reflection.V1_ALPHA);
    }

    private void small(String service, String method, BiConsumer<ByteBuf, ProtoWriter> answer) {
        String path = "/" + service + "/" + method;
        methods.put(
                path,
                new Endpoint.Conversation(
                        path, request -> SmallCall.talk(request, frames, answer)));
    }

    private void reflection(String service) {
        String path = "/" + service + "/ServerReflectionInfo";
        methods.put(
                path,
                new Endpoint.Conversation(
                        path,
                        request -> {
                            Reflection reflection = Reflection.load();
                            SmallCall.talk(request, frames, reflection::answer);
                        }));
    }

    @Override
    public Endpoint find(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            throw new RefusedException(415, "gRPC is spoken over HTTP/2");
        }
        Endpoint method = methods.get(Requests.path(request));
        return method != null
                ? method
                : new Endpoint.Immediate(
                        "unknown",
                        ignored ->
                                failures.refused(
                                        new RefusedException(501, "there is no such method")));
    }

    private boolean ready() {
        return phase.get() == Phase.READY;
    }

    private void serverMetadata(ProtoWriter out) {
        out.string(1, server.name()).string(2, server.version());
        server.extensions().forEach(extension -> out.element(3, extension));
    }

    /** {@code name} in field 1 and {@code version} in field 2. */
    private OnnxModel asked(ByteBuf in) {
        String name = "";
        String version = "";
        ProtoReader reader = new ProtoReader(in);
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> name = reader.string();
                case 2 -> version = reader.string();
                default -> reader.skip();
            }
        }
        if (phase.get() == Phase.STARTING) {
            throw RefusedException.unprocessed("the service is starting");
        }
        return models.get().find(name, version);
    }

    private void modelReady(ByteBuf in, ProtoWriter out) {
        OnnxModel found = asked(in);
        out.bool(1, ready() && !found.name().isEmpty());
    }

    private void modelMetadata(ByteBuf in, ProtoWriter out) {
        OnnxModel model = asked(in);
        out.string(1, model.name());
        models.get().versions(model).forEach(version -> out.element(2, version));
        out.string(3, ServerInfo.PLATFORM);
        ports(4, model.signature().inputs(), out);
        ports(5, model.signature().outputs(), out);
        model.metadata()
                .forEach(
                        (key, value) -> out.message(6, one -> one.string(1, key).string(2, value)));
    }

    private static void ports(int field, List<Signature.Port> ports, ProtoWriter out) {
        for (Signature.Port port : ports) {
            long[] shape = port.shape().stream().mapToLong(Long::longValue).toArray();
            out.message(
                    field,
                    one ->
                            one.string(1, port.name())
                                    .string(2, port.kind().name())
                                    .packed(3, shape));
        }
    }

    private void health(ByteBuf in, ProtoWriter out) {
        String service = "";
        ProtoReader reader = new ProtoReader(in);
        for (int field = reader.next(); field != 0; field = reader.next()) {
            if (field == 1) {
                service = reader.string();
            } else {
                reader.skip();
            }
        }
        if (!service.isEmpty() && !service.equals(INFERENCE)) {
            throw new RefusedException(404, "there is no such service");
        }
        out.number(1, ready() ? SERVING : NOT_SERVING);
    }
}
