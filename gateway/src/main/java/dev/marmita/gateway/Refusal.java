package dev.marmita.gateway;

/**
 * An answer that the gateway gives itself.
 *
 * @param message in plain words, for the caller
 * @param retryAfterSeconds 0: no {@code Retry-After}
 * @param challenge of {@code WWW-Authenticate}; empty: none
 * @param rateLimit of {@code RateLimit} (draft-ietf-httpapi-ratelimit-headers-09); empty: none
 * @param rateLimitPolicy of {@code RateLimit-Policy}; empty: none
 */
record Refusal(
        int status,
        Grpc grpc,
        String message,
        int retryAfterSeconds,
        String challenge,
        String rateLimit,
        String rateLimitPolicy) {

    /** Canonical gRPC status codes that the gateway answers with. */
    enum Grpc {
        INVALID_ARGUMENT(3),
        DEADLINE_EXCEEDED(4),
        NOT_FOUND(5),
        PERMISSION_DENIED(7),
        RESOURCE_EXHAUSTED(8),
        INTERNAL(13),
        UNAVAILABLE(14),
        UNAUTHENTICATED(16);

        private final int code;

        Grpc(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    private static final String CHALLENGE = "Bearer realm=\"marmita\"";

    /** Whether nobody can tell where the next request on this connection begins, or if one comes. */
    boolean hangsUp() {
        return grpc == Grpc.INVALID_ARGUMENT || status == 408;
    }

    private static Refusal of(int status, Grpc grpc, String message) {
        return new Refusal(status, grpc, message, 0, "", "", "");
    }

    private static Refusal later(int status, Grpc grpc, String message, int seconds) {
        return new Refusal(status, grpc, message, seconds, "", "", "");
    }

    static Refusal malformed(int status, String message) {
        return of(status, Grpc.INVALID_ARGUMENT, message);
    }

    /** Also for what exists but belongs to another tenant: the two must not be told apart. */
    static Refusal notFound() {
        return of(404, Grpc.NOT_FOUND, "there is no such endpoint");
    }

    static Refusal noToken() {
        return new Refusal(
                401,
                Grpc.UNAUTHENTICATED,
                "a token is required: send 'Authorization: Bearer <token>'",
                0,
                CHALLENGE,
                "",
                "");
    }

    static Refusal badToken() {
        return new Refusal(
                401,
                Grpc.UNAUTHENTICATED,
                "the token is unknown, revoked or expired",
                0,
                CHALLENGE + ", error=\"invalid_token\"",
                "",
                "");
    }

    /** Not the caller's fault: the same token may be good in a moment. */
    static Refusal identityUnavailable() {
        return later(
                503,
                Grpc.UNAVAILABLE,
                "the token cannot be checked now: its identity provider does not answer",
                2);
    }

    static Refusal outOfScope() {
        return of(403, Grpc.PERMISSION_DENIED, "the token does not admit this deployment");
    }

    static Refusal tokensNotAdmitted() {
        return of(403, Grpc.PERMISSION_DENIED, "this endpoint does not admit API tokens");
    }

    static Refusal notAMember() {
        return of(
                403,
                Grpc.PERMISSION_DENIED,
                "this endpoint admits the members of certain groups, and you are in none of them");
    }

    static Refusal tooManyAtOnce(int limit) {
        return later(
                429,
                Grpc.RESOURCE_EXHAUSTED,
                "the tenant has as many requests on their way as its plan allows: limit"
                        + " concurrentRequests is "
                        + limit,
                1);
    }

    /**
     * @param burst that the limit lets in at once
     * @param early nanoseconds until the next one is let in
     */
    static Refusal tooFast(double requestsPerSecond, int burst, long early) {
        int seconds = Math.clamp(Math.ceilDiv(early, 1_000_000_000L), 1, 86_400);
        long window = (long) Math.max(1, Math.ceil(burst / requestsPerSecond));
        return new Refusal(
                429,
                Grpc.RESOURCE_EXHAUSTED,
                "the tenant's requests come faster than its plan allows: limit requestsPerSecond is "
                        + requestsPerSecond
                        + ", burst "
                        + burst,
                seconds,
                "",
                "\"tenant\";r=0;t=" + seconds,
                "\"tenant\";q=" + burst + ";w=" + window);
    }

    static Refusal bodyTooLarge(BodyBound bound) {
        return of(
                413,
                Grpc.RESOURCE_EXHAUSTED,
                (bound.streams() ? "a message of the stream" : "the request body")
                        + " is larger than the endpoint takes: limit maxBody is "
                        + bound.max()
                        + " bytes");
    }

    static Refusal bodyTimeout(String which) {
        return of(408, Grpc.DEADLINE_EXCEEDED, "the request body did not arrive in time: " + which);
    }

    static Refusal queueFull(boolean served, String limit) {
        return later(
                served ? 429 : 503,
                Grpc.RESOURCE_EXHAUSTED,
                served
                        ? "too many requests wait for this endpoint: " + limit
                        : "the endpoint is starting and too many requests wait for it: " + limit,
                served ? 1 : 5);
    }

    static Refusal notServing(String reason) {
        return later(
                503,
                Grpc.UNAVAILABLE,
                "the endpoint cannot serve" + (reason.isBlank() ? "" : ": " + reason),
                10);
    }

    static Refusal wakeTimeout(long millis) {
        return later(
                503,
                Grpc.UNAVAILABLE,
                "no replica became ready in time: limit wakeTimeout is " + millis + " ms",
                5);
    }

    /** Also for a task that never was: only its replica could tell. */
    static Refusal taskLost() {
        return of(
                410,
                Grpc.NOT_FOUND,
                "there is no such task any more: the replica that held it is gone, and the task with it;"
                        + " it can be submitted again");
    }

    static Refusal holderSilent() {
        return later(
                503,
                Grpc.UNAVAILABLE,
                "the replica that holds the task does not answer now; ask again",
                1);
    }

    static Refusal requestTimeout(long millis) {
        return later(
                504,
                Grpc.DEADLINE_EXCEEDED,
                "no answer in time: limit requestTimeout is " + millis + " ms",
                1);
    }

    static Refusal streamStalled() {
        return of(504, Grpc.DEADLINE_EXCEEDED, "the replica stopped taking the request");
    }

    static Refusal neverProcessed(int attempts) {
        return later(
                503,
                Grpc.UNAVAILABLE,
                "no replica could take the request, which was not processed: attempts made "
                        + attempts,
                1);
    }

    static Refusal brokenOff() {
        return later(
                502,
                Grpc.UNAVAILABLE,
                "the replica went away before it answered; the request may have been processed",
                1);
    }

    static Refusal badAnswer() {
        return later(502, Grpc.UNAVAILABLE, "the replica's answer could not be understood", 1);
    }

    static Refusal internal() {
        return of(500, Grpc.INTERNAL, "the gateway failed; its log says more");
    }

    static Refusal noRoutesYet() {
        return later(503, Grpc.UNAVAILABLE, "the gateway does not know its routes yet", 2);
    }
}
