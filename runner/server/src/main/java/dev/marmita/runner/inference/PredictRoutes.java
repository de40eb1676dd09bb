package dev.marmita.runner.inference;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Requests;
import dev.marmita.runner.http.Routes;
import dev.marmita.runner.onnx.OnnxModel;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;

/** The inference protocol's version 1, as KServe and TensorFlow Serving speak it: {@code /v1/models}. */
final class PredictRoutes implements Routes {

    private static final String MODEL = "/v1/models/{model}";

    private final RestKit kit;

    PredictRoutes(RestKit kit) {
        this.kit = kit;
    }

    @Override
    public Endpoint find(HttpServerRequest request) {
        String[] parts = Documents.parts(request);
        if (parts.length < 2 || !parts[1].equals("models")) {
            throw Requests.unknown(request);
        }
        if (parts.length == 2) {
            return kit.documents()
                    .get(
                            request,
                            "/v1/models",
                            () -> kit.documents().reply(200, Map.of("models", kit.loadedNames())));
        }
        boolean versioned = parts.length == 5 && parts[3].equals("versions");
        if (parts.length != 3 && !versioned) {
            throw Requests.unknown(request);
        }
        String last = parts[parts.length - 1];
        int colon = last.lastIndexOf(':');
        String verb = colon < 0 ? "" : last.substring(colon + 1);
        String bare = Documents.decoded(colon < 0 ? last : last.substring(0, colon));
        String name = versioned ? Documents.decoded(parts[2]) : bare;
        String version = versioned ? bare : "";
        return switch (verb) {
            case "" -> kit.documents().get(request, MODEL, () -> kit.readiness(name, version));
            case "predict" -> {
                OnnxModel model = kit.served().find(name, version);
                yield kit.documents()
                        .post(
                                request,
                                MODEL + ":predict",
                                new PredictWork(model, kit.inference(), kit.allocator()));
            }
            case "explain" ->
                    throw new RefusedException(501, "models do not explain themselves here");
            default -> throw Requests.unknown(request);
        };
    }
}
