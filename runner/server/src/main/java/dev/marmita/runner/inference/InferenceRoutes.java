package dev.marmita.runner.inference;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Requests;
import dev.marmita.runner.http.Routes;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Every door to the models over HTTP: versions 2 and 1 of the inference protocol, and SageMaker's.
 * Thread-safe.
 */
public final class InferenceRoutes implements Routes {

    private final Routes version2;
    private final Routes version1;
    private final Routes sageMaker;

    /**
     * @param ready whether requests are taken
     * @param models asked for once {@code ready}
     * @param onlyRoute of the service, where it has but one; asked for once {@code ready}
     */
    public InferenceRoutes(
            ServerInfo server,
            BooleanSupplier ready,
            Supplier<ServedModels> models,
            Supplier<Optional<Endpoint>> onlyRoute,
            ModelRepository repository,
            Statistics statistics,
            Json json,
            ByteBufAllocator allocator) {
        RestKit kit =
                new RestKit(
                        ready, models, new Inference(statistics), new Documents(json), allocator);
        this.version2 = new RestRoutes(server, kit, repository, statistics);
        this.version1 = new PredictRoutes(kit);
        this.sageMaker = new SageMakerRoutes(kit, onlyRoute);
    }

    /** Whether the path is one of these, so that a service cannot have it. */
    public boolean covers(String path) {
        return under(path, "/v2")
                || under(path, "/v1")
                || path.equals("/ping")
                || path.equals("/invocations");
    }

    private static boolean under(String path, String top) {
        return path.startsWith(top) && (path.length() == 3 || path.charAt(3) == '/');
    }

    @Override
    public Endpoint find(HttpServerRequest request) {
        String path = Requests.path(request);
        if (under(path, "/v2")) {
            return version2.find(request);
        }
        return under(path, "/v1") ? version1.find(request) : sageMaker.find(request);
    }
}
