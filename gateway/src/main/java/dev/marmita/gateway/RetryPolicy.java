package dev.marmita.gateway;

import io.vertx.core.http.HttpMethod;
import java.util.Set;

/**
 * Whether a request that failed at a replica may be sent again. Pure.
 *
 * <p>What was never processed always may: the replica refused the connection, said {@code
 * Marmita-Unprocessed: true} or refused the HTTP/2 stream. Where a replica broke off before the first
 * byte of its answer nobody knows; then only what does no harm twice is sent again: methods that HTTP
 * calls idempotent (RFC 9110, 9.2.2), and requests whose caller says so by an {@code Idempotency-Key}.
 * After the first byte of an answer nothing is sent again.
 */
final class RetryPolicy {

    /** How an attempt failed. */
    enum Failure {
        /** No connection, so nothing was sent. */
        NOT_CONNECTED,
        /** The replica said that it did not process the request. */
        UNPROCESSED,
        /** The connection ended before the first byte of an answer. */
        BROKEN_OFF
    }

    private static final Set<HttpMethod> IDEMPOTENT =
            Set.of(
                    HttpMethod.GET,
                    HttpMethod.HEAD,
                    HttpMethod.OPTIONS,
                    HttpMethod.PUT,
                    HttpMethod.DELETE);

    private final int maxAttempts;

    RetryPolicy(int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    /**
     * @param attempts made so far, 1 or more
     * @param replayable whether every byte of the body read so far is still there
     */
    boolean again(
            Failure failure,
            HttpMethod method,
            boolean idempotencyKey,
            boolean replayable,
            int attempts) {
        if (!replayable || attempts >= maxAttempts) {
            return false;
        }
        return switch (failure) {
            case NOT_CONNECTED, UNPROCESSED -> true;
            case BROKEN_OFF -> idempotencyKey || IDEMPOTENT.contains(method);
        };
    }
}
