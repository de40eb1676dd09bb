package dev.marmita.runner.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Finds the endpoint of a request. Called on event loops. */
@FunctionalInterface
public interface Routes {

    /**
     * The endpoint.
     *
     * @throws RefusedException 404 or 405
     */
    Endpoint find(HttpServerRequest request);

    /** The only endpoint of the service's own, where it has but one. */
    default Optional<Endpoint> only() {
        return Optional.empty();
    }
}
