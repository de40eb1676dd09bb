package dev.marmita.gateway;

import dev.marmita.access.AccessRules;
import dev.marmita.access.Action;
import dev.marmita.access.Decision;
import dev.marmita.access.Principal;
import dev.marmita.access.Resource;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TokenGrant;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls, and has {@link AccessRules} decide whether he may. An endpoint that does not exist,
 * one of another tenant and one without a valid token are told apart by nothing that the caller sees:
 * neither answer nor amount of work.
 */
final class Gatekeeper {

    static final String TOKEN_HEADER = "X-Marmita-Token";

    private static final int LONGEST_BEARER = 16 << 10;
    private static final String BEARER = "bearer ";
    private static final Principal ANONYMOUS = new Principal.Anonymous();

    sealed interface Verdict {
        /** Who was recognised, be he admitted or not. */
        Principal caller();

        /**
         * @param tokenHash of the API token that was used; null: none was
         */
        record Admitted(Principal caller, EndpointQueue endpoint, @Nullable String tokenHash)
                implements Verdict {}

        record Denied(Principal caller, Refusal refusal) implements Verdict {}

        /**
         * Nobody knows yet.
         *
         * @param answer what to judge by, once it is there
         */
        record Pending(CompletableFuture<Credentials.Answer> answer) implements Verdict {
            @Override
            public Principal caller() {
                return ANONYMOUS;
            }
        }
    }

    /** What a request shows; caller null: it shows something that is no good, or nobody knows. */
    private record Shown(
            @Nullable Principal caller,
            @Nullable String tokenHash,
            Credentials.@Nullable Answer answer) {

        static Shown by(Credentials.Answer answer) {
            return new Shown(
                    answer instanceof Credentials.Answer.Known known ? known.member() : null,
                    null,
                    answer);
        }
    }

    private final Directory directory;
    private final Credentials credentials;
    private final InstantSource clock;

    Gatekeeper(Directory directory, Credentials credentials, InstantSource clock) {
        this.directory = directory;
        this.credentials = credentials;
        this.clock = clock;
    }

    /**
     * @param tenant as written in the request; so is the deployment
     */
    Verdict judge(MultiMap headers, String tenant, String deployment) {
        return judge(shown(headers), tenant, deployment);
    }

    /** The same, once it is known who calls. */
    Verdict judge(Credentials.Answer answer, String tenant, String deployment) {
        return judge(Shown.by(answer), tenant, deployment);
    }

    private Verdict judge(Shown shown, String tenant, String deployment) {
        EndpointQueue endpoint = directory.endpoint(tenant, deployment);
        Principal caller = Objects.requireNonNullElse(shown.caller(), ANONYMOUS);
        Resource resource = endpoint == null ? nothing(tenant, deployment) : resource(endpoint);
        return switch (decide(caller, resource)) {
            case Decision.Allow ignored when endpoint != null ->
                    new Verdict.Admitted(caller, endpoint, shown.tokenHash());
            case Decision.Allow ignored -> new Verdict.Denied(caller, Refusal.notFound());
            case Decision.Deny denied when shown.caller() == null -> unknown(shown.answer());
            case Decision.Deny denied -> new Verdict.Denied(caller, refusal(denied.reason()));
        };
    }

    private static Verdict unknown(Credentials.@Nullable Answer answer) {
        return switch (answer) {
            case Credentials.Answer.Later later -> new Verdict.Pending(later.answer());
            case Credentials.Answer.Unavailable ignored ->
                    new Verdict.Denied(ANONYMOUS, Refusal.identityUnavailable());
            case Credentials.Answer.Known ignored ->
                    new Verdict.Denied(ANONYMOUS, Refusal.badToken());
            case Credentials.Answer.Nobody ignored ->
                    new Verdict.Denied(ANONYMOUS, Refusal.badToken());
            case null -> new Verdict.Denied(ANONYMOUS, Refusal.badToken());
        };
    }

    /** Whether a request that was admitted before, and waited since, still is. */
    boolean stillAdmitted(Verdict.Admitted admitted) {
        String hash = admitted.tokenHash();
        Principal caller =
                hash == null
                        ? admitted.caller()
                        : Objects.requireNonNullElse(directory.token(hash), ANONYMOUS);
        return decide(caller, resource(admitted.endpoint())).allowed();
    }

    /**
     * Whether the {@code Authorization} header is the gateway's and must not go on: it is where it admitted
     * the caller, and wherever it holds an API token. Else it is the service's.
     */
    boolean ownsAuthorization(MultiMap headers, Principal caller) {
        if (!(caller instanceof Principal.Anonymous) && !headers.contains(TOKEN_HEADER)) {
            return true;
        }
        String bearer = bearer(headers.get(HttpHeaders.AUTHORIZATION));
        return bearer != null
                && (bearer.startsWith(TokenGrant.PREFIX)
                        || directory.token(sha256(bearer)) != null);
    }

    private Decision decide(Principal caller, Resource resource) {
        return AccessRules.decide(caller, Action.INVOKE, resource, clock.instant());
    }

    private static Resource resource(EndpointQueue endpoint) {
        return Resource.endpoint(endpoint.endpoint(), endpoint.route().access());
    }

    private static Resource nothing(String tenant, String deployment) {
        try {
            return Resource.noEndpoint(EndpointId.of(tenant, deployment));
        } catch (IllegalArgumentException noName) {
            return Resource.PLATFORM;
        }
    }

    private static Refusal refusal(Decision.Reason reason) {
        return switch (reason) {
            case UNAUTHENTICATED -> Refusal.noToken();
            case EXPIRED -> Refusal.badToken();
            case HIDDEN -> Refusal.notFound();
            case FORBIDDEN, OUT_OF_SCOPE -> Refusal.outOfScope();
            case TOKENS_NOT_ADMITTED -> Refusal.tokensNotAdmitted();
            case NOT_A_MEMBER -> Refusal.notAMember();
        };
    }

    private Shown shown(MultiMap headers) {
        List<String> own = headers.getAll(TOKEN_HEADER);
        List<String> authorization = headers.getAll(HttpHeaders.AUTHORIZATION);
        String text;
        if (own.isEmpty()) {
            text = authorization.size() == 1 ? bearer(authorization.getFirst()) : null;
        } else {
            text = own.size() == 1 ? bounded(own.getFirst().strip()) : null;
        }
        String hash = sha256(text == null ? "" : text);
        Principal token = directory.token(hash);
        if (text == null) {
            return new Shown(ANONYMOUS, null, null);
        }
        if (token != null) {
            return new Shown(token, hash, null);
        }
        return text.startsWith(TokenGrant.PREFIX)
                ? new Shown(null, null, null)
                : Shown.by(credentials.identify(text));
    }

    private static @Nullable String bearer(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return null;
        }
        return bounded(header.substring(BEARER.length()).strip());
    }

    private static @Nullable String bounded(String token) {
        return token.isEmpty() || token.length() > LONGEST_BEARER ? null : token;
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
