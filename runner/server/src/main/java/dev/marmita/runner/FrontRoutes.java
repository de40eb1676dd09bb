package dev.marmita.runner;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Phase;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.http.Requests;
import dev.marmita.runner.http.Routes;
import dev.marmita.runner.inference.InferenceRoutes;
import dev.marmita.runner.metrics.Metrics;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;

/** The first branching: health and metrics, the protocols, then the service. Thread-safe. */
final class FrontRoutes implements Routes {

    private static final String TEXT = "text/plain; charset=utf-8";

    private final AtomicReference<Phase> phase;
    private final IntSupplier tasks;
    private final Map<String, Endpoint> own;
    private final InferenceRoutes inference;
    private final Routes grpc;
    private final AtomicReference<Optional<Routes>> service;

    /**
     * @param tasks that have not ended, for the platform to know
     * @param service empty until the service is constructed
     */
    FrontRoutes(
            AtomicReference<Phase> phase,
            Metrics metrics,
            IntSupplier tasks,
            InferenceRoutes inference,
            Routes grpc,
            AtomicReference<Optional<Routes>> service) {
        this.phase = phase;
        this.tasks = tasks;
        this.inference = inference;
        this.grpc = grpc;
        this.service = service;
        this.own =
                Map.of(
                        "/livez",
                        alive("/livez"),
                        "/healthz",
                        alive("/healthz"),
                        "/readyz",
                        new Endpoint.Immediate("/readyz", ignored -> readiness()),
                        "/metrics",
                        new Endpoint.Immediate(
                                "/metrics",
                                ignored ->
                                        Reply.text(
                                                200,
                                                "text/plain; version=0.0.4; charset=utf-8",
                                                metrics.text())));
    }

    private static Endpoint alive(String route) {
        return new Endpoint.Immediate(route, ignored -> Reply.text(200, TEXT, "\n"));
    }

    private Reply.Whole readiness() {
        return switch (phase.get()) {
            case READY ->
                    Reply.text(200, TEXT, "\n")
                            .with("Marmita-Tasks", Integer.toString(tasks.getAsInt()));
            case STARTING -> Reply.text(503, TEXT, "starting\n");
            case DRAINING -> Reply.text(503, TEXT, "stopping\n");
            case FAILED -> Reply.text(503, TEXT, "out of memory\n");
        };
    }

    @Override
    public Endpoint find(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        if (type != null && type.startsWith("application/grpc")) {
            return grpc.find(request);
        }
        String path = Requests.path(request);
        Endpoint one = own.get(path);
        if (one != null) {
            Requests.requireMethod(request, HttpMethod.GET);
            return one;
        }
        if (inference.covers(path)) {
            return inference.find(request);
        }
        Routes routes =
                service.get()
                        .orElseThrow(() -> RefusedException.unprocessed("the service is starting"));
        return routes.find(request);
    }
}
