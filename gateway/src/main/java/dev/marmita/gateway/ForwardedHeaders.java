package dev.marmita.gateway;

import dev.marmita.access.Principal;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which headers pass through the gateway: all but those that belong to one connection (RFC 9110, 7.6.1),
 * those that only the gateway may set, and the token.
 */
final class ForwardedHeaders {

    static final String REQUEST_ID = "X-Request-Id";
    static final String DEADLINE = "Marmita-Deadline";
    static final String REPLICA = "Marmita-Replica";
    static final String UNPROCESSED = "Marmita-Unprocessed";

    private static final String OWN_PREFIX = "marmita-";
    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "http2-settings");
    private static final Set<String> NOT_ON =
            Set.of("host", "expect", "x-marmita-token", "x-request-id", "content-length");
    private static final Set<String> FORWARDED =
            Set.of(
                    "forwarded",
                    "x-forwarded-for",
                    "x-forwarded-host",
                    "x-forwarded-proto",
                    "x-forwarded-port",
                    "x-forwarded-prefix",
                    "x-real-ip");

    private final Gatekeeper gatekeeper;
    private final boolean trustForwarded;

    ForwardedHeaders(Gatekeeper gatekeeper, boolean trustForwarded) {
        this.gatekeeper = gatekeeper;
        this.trustForwarded = trustForwarded;
    }

    /**
     * Copies what goes on to the replica, but neither length nor framing of the body.
     *
     * @param prefix of the path that was taken off
     */
    void toReplica(
            HttpServerRequest request,
            Principal caller,
            String requestId,
            String prefix,
            MultiMap to) {
        MultiMap from = request.headers();
        Set<String> named = namedByConnection(from);
        boolean dropAuthorization = gatekeeper.ownsAuthorization(from, caller);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            boolean drop =
                    name.startsWith(":")
                            || name.startsWith(OWN_PREFIX)
                            || HOP_BY_HOP.contains(name)
                            || NOT_ON.contains(name)
                            || named.contains(name)
                            || (!trustForwarded && FORWARDED.contains(name))
                            || (dropAuthorization && name.equals("authorization"));
            if (!drop) {
                to.add(name, header.getValue());
            }
        }
        joinCookies(request, to);
        to.set(REQUEST_ID, requestId);
        addForwarded(request, prefix, to);
    }

    /** Copies what goes back to the client, the length of the body included. */
    static void toClient(MultiMap from, MultiMap to) {
        Set<String> named = namedByConnection(from);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            boolean drop =
                    name.startsWith(":")
                            || HOP_BY_HOP.contains(name)
                            || named.contains(name)
                            || name.equals("x-request-id")
                            || name.equals("marmita-unprocessed");
            if (!drop) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    /** Copies trailers but those that would be headers of the connection or of the body's framing. */
    static void trailers(MultiMap from, MultiMap to) {
        for (Map.Entry<String, String> trailer : from) {
            String name = trailer.getKey().toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(name) && !name.equals("content-length")) {
                to.add(name, trailer.getValue());
            }
        }
    }

    private static Set<String> namedByConnection(MultiMap headers) {
        List<String> values = headers.getAll("connection");
        if (values.isEmpty()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (String value : values) {
            for (String name : value.split(",")) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    /** HTTP/2 may send a cookie in pieces, which HTTP/1.1 wants in one header (RFC 9113, 8.2.3). */
    private static void joinCookies(HttpServerRequest request, MultiMap to) {
        if (request.version() == HttpVersion.HTTP_2) {
            List<String> cookies = to.getAll("cookie");
            if (cookies.size() > 1) {
                to.set("cookie", String.join("; ", cookies));
            }
        }
    }

    private void addForwarded(HttpServerRequest request, String prefix, MultiMap to) {
        String peer = request.remoteAddress().hostAddress();
        String before = to.get("x-forwarded-for");
        to.set("x-forwarded-for", before == null ? peer : before + ", " + peer);
        if (!to.contains("x-forwarded-proto")) {
            to.set("x-forwarded-proto", request.isSSL() ? "https" : "http");
        }
        if (!to.contains("x-forwarded-host") && request.authority() != null) {
            to.set("x-forwarded-host", request.authority().toString());
        }
        String outer = to.get("x-forwarded-prefix");
        String whole = outer == null ? prefix : outer + prefix;
        if (whole.isEmpty()) {
            to.remove("x-forwarded-prefix");
        } else {
            to.set("x-forwarded-prefix", whole);
        }
    }
}
