package dev.marmita.gateway.jwt;

import dev.marmita.routing.TenantId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An identity provider that is believed.
 *
 * @param uri exactly as in the claim {@code iss} of its tokens; its discovery document is below it
 * @param audiences one of them makes a token good for the platform and every tenant
 * @param tenantAudience what makes a token good for one tenant: {@code marmita-{tenant}}; empty: nothing does
 * @param roles what members of which groups are to the platform and its tenants
 * @param tenant the only tenant that its tokens are good for, whatever they say; empty: any
 */
public record IssuerSettings(
        String uri,
        Set<String> audiences,
        String tenantAudience,
        Claims claims,
        List<RoleRule> roles,
        Optional<TenantId> tenant,
        Optional<OnlineCheck> onlineCheck) {

    /** Stands for a tenant's name in {@link #tenantAudience}. */
    public static final String TENANT = "{tenant}";

    public IssuerSettings {
        Objects.requireNonNull(claims, "claims");
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(onlineCheck, "onlineCheck");
        audiences = Set.copyOf(audiences);
        roles = List.copyOf(roles);
        requireSafe(uri);
        if (tenant.isPresent() && roles.stream().anyMatch(RoleRule::ofPlatform)) {
            throw new IllegalArgumentException(
                    "a tenant's issuer cannot make platform administrators: " + uri);
        }
        if (!tenantAudience.isEmpty() && !tenantAudience.contains(TENANT)) {
            throw new IllegalArgumentException(
                    "tenant audience must contain " + TENANT + ": '" + tenantAudience + "'");
        }
        if (audiences.isEmpty() && tenantAudience.isEmpty()) {
            throw new IllegalArgumentException("an issuer needs an audience: " + uri);
        }
    }

    /**
     * Where a token says what.
     *
     * @param groups claim with the groups; {@code a.b} is {@code b} within {@code a}
     * @param roles whether roles count as groups {@code role:<realm role>} and
     *     {@code role:<client>:<client role>} (Keycloak's claims)
     * @param subgroups whether a member of {@code /a/b} is one of {@code /a}
     */
    public record Claims(String groups, boolean roles, boolean subgroups) {

        /** {@code groups}, no roles, members of a sub-group are members of its parents. */
        public static final Claims DEFAULT = new Claims("groups", false, true);

        public Claims {
            if (groups.isBlank()) {
                throw new IllegalArgumentException("the claim of groups needs a name");
            }
        }
    }

    /**
     * Asks the provider whether a token is still good (RFC 7662).
     *
     * @param clientId who asks
     * @param lifetime how long an answer counts
     */
    public record OnlineCheck(String clientId, String clientSecret, Duration lifetime) {
        public OnlineCheck {
            if (clientId.isBlank() || lifetime.isNegative()) {
                throw new IllegalArgumentException(
                        "an online check needs a client id and a lifetime of 0 or more");
            }
        }

        /** Never the secret. */
        @Override
        public String toString() {
            return "OnlineCheck[clientId=" + clientId + ", lifetime=" + lifetime + "]";
        }
    }

    /** Keys that come by plain HTTP could be anybody's, unless they come from this very machine. */
    static URI requireSafe(String uri) {
        URI parsed = URI.create(uri);
        String host = parsed.getHost();
        boolean loopback =
                host != null
                        && (host.equals("localhost")
                                || host.equals("[::1]")
                                || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}"));
        if (host == null
                || !("https".equals(parsed.getScheme())
                        || ("http".equals(parsed.getScheme()) && loopback))
                || parsed.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "must be an https URL (http only on this machine): '" + uri + "'");
        }
        return parsed;
    }
}
