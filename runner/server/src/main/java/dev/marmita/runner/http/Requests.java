package dev.marmita.runner.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;

/** Questions that routes ask of a request. */
public final class Requests {

    private Requests() {}

    /** The path as it was sent, starting with a slash. */
    public static String path(HttpServerRequest request) {
        String path = request.path();
        return path == null || path.isEmpty() ? "/" : path;
    }

    /**
     * HEAD passes for GET.
     *
     * @throws RefusedException 405
     */
    public static void requireMethod(HttpServerRequest request, HttpMethod wanted) {
        HttpMethod given = request.method();
        boolean head = wanted.equals(HttpMethod.GET) && given.equals(HttpMethod.HEAD);
        if (!given.equals(wanted) && !head) {
            throw new RefusedException(
                    405,
                    given + " is not served here; send " + wanted,
                    Map.of("Allow", wanted.name()));
        }
    }

    /** 404. */
    public static RefusedException unknown(HttpServerRequest request) {
        String path = path(request);
        return new RefusedException(
                404,
                "there is nothing at " + (path.length() > 200 ? path.substring(0, 200) : path));
    }
}
