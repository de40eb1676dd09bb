package dev.marmita.gateway;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Takes a line for every request that ended. Called on event loops: must neither block nor throw. */
@FunctionalInterface
public interface AccessLog {

    /** Keeps nothing. */
    AccessLog NONE = entry -> {};

    void log(Entry entry);

    /**
     * One request, ended. Also what usage is counted from: an entry with a revision reached a replica.
     *
     * @param time when its headers were complete
     * @param tenant null where the request was not admitted to an endpoint; so is deployment
     * @param tokenId public id of the token, null where none was accepted
     * @param subject of the identity provider's token, null where none was accepted
     * @param client address of the other end
     * @param denied {@code tenant/deployment} that the caller was refused, null: none; at most 81 characters
     * @param revision that answered last, 0: none
     * @param replica that was asked last, null: none
     * @param method of HTTP; {@code GRPC} calls are {@code POST}
     * @param path without the query, at most 256 characters
     * @param status of HTTP; 499: the client went away before an answer
     * @param reason of an error that the gateway itself answered, or of a broken answer; null: none
     * @param bytesIn of the request body
     * @param bytesOut of the response body
     * @param waitMillis spent in the queue of the endpoint, held for a wake-up included
     * @param upstreamMillis at the last replica, up to the end of its answer
     * @param attempts times it was offered to a replica
     * @param woke true where it waited for a replica to appear
     */
    record Entry(
            Instant time,
            String requestId,
            @Nullable String tenant,
            @Nullable String deployment,
            @Nullable String tokenId,
            @Nullable String subject,
            String client,
            @Nullable String denied,
            long revision,
            @Nullable String replica,
            String protocol,
            String method,
            String path,
            int status,
            @Nullable String reason,
            long bytesIn,
            long bytesOut,
            double totalMillis,
            double waitMillis,
            double upstreamMillis,
            int attempts,
            boolean woke) {}
}
