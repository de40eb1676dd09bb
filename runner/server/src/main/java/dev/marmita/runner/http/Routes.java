package dev.marmita.runner.http;

import io.vertx.core.http.HttpServerRequest;

/** Finds the endpoint of a request. Called on event loops. */
@FunctionalInterface
public interface Routes {

    /**
     * The endpoint.
     *
     * @throws RefusedException 404 or 405
     */
    Endpoint find(HttpServerRequest request);
}
