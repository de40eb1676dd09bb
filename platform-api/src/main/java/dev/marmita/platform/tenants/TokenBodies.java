package dev.marmita.platform.tenants;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.marmita.platform.access.Scope;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.TenantId;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tokens on the wire. */
final class TokenBodies {

    private TokenBodies() {}

    /**
     * @param deployments which deployments it reaches; absent or empty: all of the tenant
     * @param expiresIn {@code 90d}, {@code 12h}, {@code 30m}; absent: never
     */
    record CreateTokenRequest(
            @NotBlank @Size(max = 100) String name,
            @NotEmpty Set<Scope> scopes,
            @Nullable @Size(max = 100) Set<DeploymentName> deployments,
            @Nullable String expiresIn) {

        Tokens.Draft draft(Optional<TenantId> tenant) {
            return new Tokens.Draft(
                    name,
                    tenant,
                    scopes,
                    Optional.ofNullable(deployments).orElse(Set.of()),
                    Optional.ofNullable(expiresIn).map(Lifetimes::parse));
        }
    }

    /**
     * @param scopes absent: admin
     * @param expiresIn {@code 90d}, {@code 12h}, {@code 30m}; absent: never
     */
    record CreatePlatformTokenRequest(
            @NotBlank @Size(max = 100) String name,
            @Nullable Set<Scope> scopes,
            @Nullable String expiresIn) {

        Tokens.Draft draft() {
            Set<Scope> wanted = scopes == null || scopes.isEmpty() ? Set.of(Scope.ADMIN) : scopes;
            return new Tokens.Draft(
                    name,
                    Optional.empty(),
                    wanted,
                    Set.of(),
                    Optional.ofNullable(expiresIn).map(Lifetimes::parse));
        }
    }

    /**
     * @param overlap how long the old one is good yet: {@code 30m}, {@code 24h}; absent: 24h
     * @param expiresIn life of the new one; absent: as long as the old one's
     */
    record RotateTokenRequest(@Nullable String overlap, @Nullable String expiresIn) {}

    /**
     * @param token the token itself; only in the answer that makes it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TokenResponse(
            String id,
            @Nullable String token,
            String name,
            @Nullable TenantId tenant,
            List<Scope> scopes,
            List<DeploymentName> deployments,
            Instant createdAt,
            String createdBy,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable Instant lastUsedAt) {

        static TokenResponse of(Tokens.Created created) {
            return of(created.token(), created.text().text());
        }

        static TokenResponse of(ApiToken token, @Nullable String text) {
            return new TokenResponse(
                    token.id(),
                    text,
                    token.name(),
                    token.tenant().orElse(null),
                    token.scopes().stream().sorted().toList(),
                    token.deployments().stream().sorted().toList(),
                    token.createdAt(),
                    token.createdBy(),
                    token.expiresAt().orElse(null),
                    token.revokedAt().orElse(null),
                    token.lastUsedAt().orElse(null));
        }
    }
}
