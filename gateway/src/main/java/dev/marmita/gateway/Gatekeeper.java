package dev.marmita.gateway;

import dev.marmita.routing.TokenGrant;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may call what. An endpoint that does not exist, one of another tenant and one without a
 * valid token are told apart by nothing that the caller sees: neither answer nor amount of work.
 */
final class Gatekeeper {

    static final String TOKEN_HEADER = "X-Marmita-Token";

    private static final int LONGEST_TOKEN = 1_024;
    private static final String BEARER = "bearer ";

    sealed interface Verdict {
        /**
         * @param tokenHash of the token that was used
         */
        record Admitted(TokenGrant grant, EndpointQueue endpoint, String tokenHash)
                implements Verdict {}

        /**
         * @param grant what the token stands for; null: none was accepted
         */
        record Denied(Refusal refusal, @Nullable TokenGrant grant) implements Verdict {}
    }

    private final Directory directory;
    private final InstantSource clock;

    Gatekeeper(Directory directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * @param tenant as written in the request; so is the deployment
     */
    Verdict judge(MultiMap headers, String tenant, String deployment) {
        EndpointQueue endpoint = directory.endpoint(tenant, deployment);
        String token = token(headers);
        String hash = sha256(token == null ? "" : token);
        TokenGrant grant = directory.token(hash);
        if (token == null) {
            return new Verdict.Denied(Refusal.noToken(), null);
        }
        if (grant == null || !valid(grant)) {
            return new Verdict.Denied(Refusal.badToken(), null);
        }
        if (!grant.tenant().value().equals(tenant)) {
            return new Verdict.Denied(Refusal.notFound(), grant);
        }
        boolean inScope =
                grant.deployments().isEmpty()
                        || grant.deployments().stream()
                                .anyMatch(each -> each.value().equals(deployment));
        if (!inScope) {
            return new Verdict.Denied(Refusal.outOfScope(), grant);
        }
        if (endpoint == null) {
            return new Verdict.Denied(Refusal.notFound(), grant);
        }
        return new Verdict.Admitted(grant, endpoint, hash);
    }

    /** Whether a request that was admitted before, and waited since, still is. */
    boolean stillAdmitted(Verdict.Admitted admitted) {
        TokenGrant grant = directory.token(admitted.tokenHash());
        return grant != null && grant.admits(admitted.endpoint().endpoint(), clock.instant());
    }

    /**
     * Whether the {@code Authorization} header is the gateway's and must not go on: it is, unless the
     * token came in its own header and this one holds something else.
     */
    boolean ownsAuthorization(MultiMap headers) {
        if (!headers.contains(TOKEN_HEADER)) {
            return true;
        }
        String bearer = bearer(headers.get(HttpHeaders.AUTHORIZATION));
        return bearer != null && directory.token(sha256(bearer)) != null;
    }

    private boolean valid(TokenGrant grant) {
        return grant.expiresAt().map(clock.instant()::isBefore).orElse(true);
    }

    private static @Nullable String token(MultiMap headers) {
        List<String> own = headers.getAll(TOKEN_HEADER);
        if (!own.isEmpty()) {
            return own.size() == 1 ? bounded(own.getFirst().strip()) : null;
        }
        List<String> authorization = headers.getAll(HttpHeaders.AUTHORIZATION);
        return authorization.size() == 1 ? bearer(authorization.getFirst()) : null;
    }

    private static @Nullable String bearer(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return null;
        }
        return bounded(header.substring(BEARER.length()).strip());
    }

    private static @Nullable String bounded(String token) {
        return token.isEmpty() || token.length() > LONGEST_TOKEN ? null : token;
    }

    private static String sha256(String token) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
