package dev.marmita.gateway;

import dev.marmita.access.Principal;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route.Replica;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is known of one request while it runs; closed once, into the access log and the meters. */
final class Account {

    /** Where closed accounts go. */
    interface Books {
        void closed(AccessLog.Entry entry);
    }

    private static final int LONGEST_PATH = 256;
    private static final int LONGEST_NAME = 81;
    private static final double MILLI = 1e6;

    private final Books books;
    private final HttpServerRequest request;
    private final String requestId;
    private final Instant time;
    private final long began;

    private @Nullable EndpointId endpoint;
    private @Nullable String tokenId;
    private @Nullable String subject;
    private @Nullable String denied;
    private @Nullable Replica replica;
    private long revision;
    private int attempts;
    private boolean woke;
    private long waited;
    private long waitingSince;
    private long askedAt;
    private long bytesIn;
    private long bytesOut;
    private Runnable onClose = () -> {};
    private boolean closed;

    Account(Books books, HttpServerRequest request, String requestId, Instant time, long began) {
        this.books = books;
        this.request = request;
        this.requestId = requestId;
        this.time = time;
        this.began = began;
    }

    String requestId() {
        return requestId;
    }

    int attempts() {
        return attempts;
    }

    long waited() {
        return waited;
    }

    void caller(Principal caller) {
        switch (caller) {
            case Principal.Token token -> tokenId = token.id();
            case Principal.Member member -> subject = member.subject();
            case Principal.Anonymous ignored -> {}
        }
    }

    /** Names as the caller wrote them. */
    void denied(String tenant, String deployment) {
        String asked = tenant + "/" + deployment;
        denied = asked.substring(0, Math.min(asked.length(), LONGEST_NAME));
    }

    void admitted(EndpointId id) {
        endpoint = id;
    }

    /** Runs once, when the request has ended however it did. */
    void onClose(Runnable task) {
        onClose = task;
    }

    void waits(long now) {
        waitingSince = now;
    }

    /** Since when it waits for a replica. */
    long waitsSince() {
        return waitingSince;
    }

    void granted(boolean cold, Lease lease, long now) {
        waited += now - waitingSince;
        woke |= cold;
        attempts++;
        replica = lease.replica();
        revision = lease.revision();
        askedAt = now;
    }

    void took(long bytes) {
        bytesIn = bytes;
    }

    void gave(long bytes) {
        bytesOut += bytes;
    }

    /**
     * @param reason null where the replica's answer went through
     */
    void close(int status, @Nullable String reason, long now) {
        if (closed) {
            return;
        }
        closed = true;
        onClose.run();
        books.closed(entry(status, reason, now));
    }

    private AccessLog.Entry entry(int status, @Nullable String reason, long now) {
        EndpointId id = endpoint;
        Replica last = replica;
        return new AccessLog.Entry(
                time,
                requestId,
                id == null ? null : id.tenant().value(),
                id == null ? null : id.deployment().value(),
                tokenId,
                subject,
                request.remoteAddress().hostAddress(),
                denied,
                revision,
                last == null ? null : last.id(),
                request.version() == HttpVersion.HTTP_2 ? "HTTP/2" : "HTTP/1",
                request.method().name(),
                path(request.uri()),
                status,
                reason,
                bytesIn,
                bytesOut,
                (now - began) / MILLI,
                waited / MILLI,
                attempts == 0 ? 0 : (now - askedAt) / MILLI,
                attempts,
                woke);
    }

    private static String path(String uri) {
        int query = uri.indexOf('?');
        int end = query < 0 ? uri.length() : query;
        return uri.substring(0, Math.min(end, LONGEST_PATH));
    }
}
