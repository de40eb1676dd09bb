package dev.marmita.platform.identity;

import dev.marmita.access.Role;
import dev.marmita.gateway.jwt.IssuerSettings;
import dev.marmita.gateway.jwt.RoleRule;
import dev.marmita.routing.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code marmita.identity.*}.
 *
 * @param issuers whose tokens are believed
 * @param clockSkew how far their clocks may be off
 * @param keyMaxAge how long keys count that cannot be fetched again
 * @param keycloak one that is started with the platform
 */
@ConfigurationProperties("marmita.identity")
public record IdentityProperties(
        @DefaultValue List<Issuer> issuers,
        @DefaultValue("30s") Duration clockSkew,
        @DefaultValue("24h") Duration keyMaxAge,
        @DefaultValue Keycloak keycloak) {

    public IdentityProperties {
        issuers = List.copyOf(issuers);
    }

    /**
     * An identity provider.
     *
     * @param uri exactly as in its tokens
     * @param audiences tokens for one of them are good for the platform and all tenants
     * @param tenantAudience tokens for it are good for one tenant
     * @param tenant the only tenant that its tokens are good for
     * @param groupClaim where tokens name groups
     * @param subgroups whether members of a sub-group are members of its parents
     * @param rolesAsGroups whether roles count as groups {@code role:…}
     * @param roles which groups' members hold which role; {@code {tenant}} in a name stands for a tenant
     * @param clientId the platform's own client there: for {@code introspect} and {@code provision}
     * @param introspect whether the provider is asked if a token is still good
     * @param introspectFor how long its answer counts
     * @param provision whether the platform makes groups, clients and roles in the realm (Keycloak)
     * @param loginClientId public client by which people sign in at the console; absent: they cannot
     */
    public record Issuer(
            String uri,
            @DefaultValue("marmita") Set<String> audiences,
            @DefaultValue("marmita-{tenant}") String tenantAudience,
            @Nullable String tenant,
            @DefaultValue("groups") String groupClaim,
            @DefaultValue("true") boolean subgroups,
            @DefaultValue("false") boolean rolesAsGroups,
            @DefaultValue Map<String, List<String>> roles,
            @Nullable String clientId,
            @Nullable String clientSecret,
            @DefaultValue("false") boolean introspect,
            @DefaultValue("5s") Duration introspectFor,
            @DefaultValue("false") boolean provision,
            @Nullable String loginClientId) {

        public Issuer {
            audiences = Set.copyOf(audiences);
            roles = Map.copyOf(roles);
            if ((introspect || provision) && (clientId == null || clientSecret == null)) {
                throw new IllegalArgumentException(
                        "introspect and provision need client-id and client-secret: " + uri);
            }
            if (provision && (tenantAudience.isEmpty() || !uri.contains("/realms/"))) {
                throw new IllegalArgumentException(
                        "provision needs a Keycloak realm and a tenant-audience: " + uri);
            }
            if (introspectFor.compareTo(Duration.ofMinutes(5)) > 0) {
                throw new IllegalArgumentException("introspect-for must be 5 min or less: " + uri);
            }
        }

        /** The only tenant; empty: any. */
        Optional<TenantId> onlyTenant() {
            return Optional.ofNullable(tenant).map(TenantId::new);
        }

        /** The audience, and the name of the clients, of one tenant. */
        String audienceOf(TenantId of) {
            return tenantAudience.replace(IssuerSettings.TENANT, of.value());
        }

        IssuerSettings settings() {
            List<RoleRule> rules = new ArrayList<>();
            roles.forEach(
                    (role, groups) ->
                            groups.forEach(group -> rules.add(new RoleRule(Role.of(role), group))));
            if (provision) {
                // The roles that the platform makes for each tenant.
                TenantRoles.ALL.forEach(
                        role ->
                                rules.add(
                                        new RoleRule(
                                                role,
                                                "role:" + tenantAudience + ":" + role.text())));
            }
            return new IssuerSettings(
                    uri,
                    audiences,
                    tenantAudience,
                    new IssuerSettings.Claims(groupClaim, rolesAsGroups || provision, subgroups),
                    rules,
                    onlyTenant(),
                    introspect
                            ? Optional.of(
                                    new IssuerSettings.OnlineCheck(
                                            String.valueOf(clientId),
                                            String.valueOf(clientSecret),
                                            introspectFor))
                            : Optional.empty());
        }

        /** Never the secret. */
        @Override
        public String toString() {
            return "Issuer[uri=" + uri + "]";
        }
    }

    /**
     * A Keycloak that lives with the platform, for one machine.
     *
     * @param distribution its {@code keycloak-quarkus-dist} as tar.gz; absent: none is started
     * @param port on the loopback address; 0: any free one, the same after a restart
     */
    public record Keycloak(@Nullable String distribution, @DefaultValue("8480") int port) {}
}
