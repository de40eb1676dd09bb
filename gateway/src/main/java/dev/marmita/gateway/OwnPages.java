package dev.marmita.gateway;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The gateway's own pages: is it alive, does it want requests, and its meters for the machine it is on. */
final class OwnPages {

    record Page(int status, String type, String body) {}

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final List<String> PROXIED =
            List.of("forwarded", "x-forwarded-for", "x-real-ip", "via");

    private final BooleanSupplier ready;
    private final Supplier<String> metrics;

    OwnPages(BooleanSupplier ready, Supplier<String> metrics) {
        this.ready = ready;
        this.metrics = metrics;
    }

    /** @return null: there is no such page for this caller */
    @Nullable Page page(HttpServerRequest request, String path) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return null;
        }
        return switch (path) {
            case "/livez" -> new Page(200, TEXT, "\n");
            case "/readyz" ->
                    ready.getAsBoolean()
                            ? new Page(200, TEXT, "\n")
                            : new Page(503, TEXT, "not ready\n");
            case "/metrics" -> metrics(request);
            default -> null;
        };
    }

    /** Meters name tenants, so they are for this machine only, and not through a proxy on it. */
    private @Nullable Page metrics(HttpServerRequest request) {
        if (!loopback(request.remoteAddress().hostAddress())
                || PROXIED.stream().anyMatch(request.headers()::contains)) {
            return null;
        }
        String page = metrics.get();
        return page.isEmpty() ? null : new Page(200, PROMETHEUS, page);
    }

    private static boolean loopback(@Nullable String address) {
        try {
            // An address, never a name: nothing is resolved.
            return address != null && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
