package dev.marmita.platform.access;

/** Port: is told of every access that was refused. Quick, never blocks, never throws. */
@FunctionalInterface
public interface Denials {

    /** For tests of other things. */
    Denials NONE = denial -> {};

    void denied(Denial denial);

    /**
     * One refusal.
     *
     * @param actorKind {@code token}, {@code member} or {@code unknown}
     * @param actorId of the credential that was shown; empty: none that is known
     * @param request what was asked for, without names and ids in it: {@code GET /api/v1/tenants/{tenant}}
     * @param tenant whose audit it belongs into: the caller's own, so that nobody learns of another's
     *     callers; of somebody unknown the one that was asked for; empty: the platform's only
     * @param resource the deployment or tenant that was asked for
     * @param source address of the other end
     * @param status of HTTP
     */
    record Denial(
            String actorKind,
            String actorId,
            String request,
            String tenant,
            String resource,
            String reason,
            String source,
            int status) {}
}
