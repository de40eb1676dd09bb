package dev.marmita.runner.inference;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Requests;
import dev.marmita.runner.http.Routes;
import dev.marmita.runner.onnx.OnnxModel;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a container of SageMaker serves: {@code GET /ping} and {@code POST /invocations}. An invocation
 * goes to the model that its header names; else to the only route of the service, for that is what its
 * author serves; else to the only model.
 */
final class SageMakerRoutes implements Routes {

    private static final String TARGET = "X-Amzn-SageMaker-Target-Model";
    private static final String ARCHIVE = ".tar.gz";

    private final RestKit kit;
    private final Supplier<Optional<Endpoint>> onlyRoute;

    SageMakerRoutes(RestKit kit, Supplier<Optional<Endpoint>> onlyRoute) {
        this.kit = kit;
        this.onlyRoute = onlyRoute;
    }

    @Override
    public Endpoint find(HttpServerRequest request) {
        if (Requests.path(request).equals("/ping")) {
            return kit.documents()
                    .get(
                            request,
                            "/ping",
                            () -> {
                                boolean ready = kit.ready().getAsBoolean();
                                return kit.documents()
                                        .reply(ready ? 200 : 503, Map.of("ready", ready));
                            });
        }
        Requests.requireMethod(request, HttpMethod.POST);
        String target = request.getHeader(TARGET);
        ServedModels served = kit.served();
        if (target == null) {
            Optional<Endpoint> route = onlyRoute.get();
            if (route.isPresent()) {
                return route.get();
            }
        }
        OnnxModel model = target == null ? only(served) : served.find(name(target), "");
        return new Endpoint.Worked(
                "/invocations",
                kit.documents().failures(),
                InvocationWork::layout,
                new InvocationWork(model, kit.inference(), kit.allocator()));
    }

    /** Multi-model endpoints name archives. */
    private static String name(String target) {
        String name = target.startsWith("/") ? target.substring(1) : target;
        return name.endsWith(ARCHIVE) ? name.substring(0, name.length() - ARCHIVE.length()) : name;
    }

    private static OnnxModel only(ServedModels served) {
        List<OnnxModel> all = served.all();
        if (all.size() != 1) {
            throw new RefusedException(
                    400,
                    "there is not one model here but "
                            + served.names()
                            + ": say which with the header "
                            + TARGET);
        }
        return all.getFirst();
    }
}
