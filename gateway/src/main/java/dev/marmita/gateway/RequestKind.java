package dev.marmita.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * What sort of exchange a request asks for.
 *
 * @param upgrade whether it asks for a WebSocket
 * @param aside whether it asks about methods or health: such a stream stays open beside the calls that
 *     it is about, and would keep the only place of a replica from them
 * @param holder of the task that it asks about, see {@link TaskQuestion#holder}; null: it asks about none
 */
record RequestKind(boolean grpc, boolean upgrade, boolean aside, @Nullable String holder) {

    /**
     * @param target for the replica
     */
    static RequestKind of(HttpServerRequest request, String target) {
        boolean grpc = Reply.isGrpc(request);
        boolean upgrade = Tunnel.wanted(request);
        boolean aside =
                grpc
                        && (target.startsWith("/grpc.reflection.")
                                || target.startsWith("/grpc.health."));
        return new RequestKind(
                grpc, upgrade, aside, grpc || upgrade ? null : TaskQuestion.holder(target));
    }

    /** Writes the headers of the connection that it needs at the replica. */
    void connect(MultiMap headers) {
        if (upgrade) {
            headers.set("connection", "Upgrade");
            headers.set("upgrade", "websocket");
        }
        if (grpc) {
            headers.set("te", "trailers");
        }
    }
}
