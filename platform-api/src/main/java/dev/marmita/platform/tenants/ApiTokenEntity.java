package dev.marmita.platform.tenants;

import dev.marmita.platform.access.Scope;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.TenantId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A row of {@code api_token}. */
@Entity
@Table(name = "api_token")
class ApiTokenEntity {

    @Id private String id = "";

    @Column(updatable = false)
    private String sha256 = "";

    @Column(updatable = false)
    private String name = "";

    @Column(updatable = false)
    private @Nullable String tenant;

    @JdbcTypeCode(SqlTypes.ARRAY)
    @Column(columnDefinition = "text[]", updatable = false)
    private String[] scopes = {};

    @JdbcTypeCode(SqlTypes.ARRAY)
    @Column(columnDefinition = "text[]", updatable = false)
    private String[] deployments = {};

    @Column(updatable = false)
    private Instant createdAt = Instant.EPOCH;

    @Column(updatable = false)
    private String createdBy = "";

    private @Nullable Instant expiresAt;

    private @Nullable Instant revokedAt;

    @Column(updatable = false, insertable = false)
    private @Nullable Instant lastUsedAt;

    protected ApiTokenEntity() {}

    static ApiTokenEntity of(TokenText text, ApiToken token) {
        var entity = new ApiTokenEntity();
        entity.id = token.id();
        entity.sha256 = text.sha256();
        entity.name = token.name();
        entity.tenant = token.tenant().map(TenantId::value).orElse(null);
        entity.scopes =
                token.scopes().stream().map(Scope::wireName).sorted().toArray(String[]::new);
        entity.deployments =
                token.deployments().stream()
                        .map(DeploymentName::value)
                        .sorted()
                        .toArray(String[]::new);
        entity.createdAt = token.createdAt();
        entity.createdBy = token.createdBy();
        entity.expiresAt = token.expiresAt().orElse(null);
        return entity;
    }

    ApiToken token() {
        return new ApiToken(
                id,
                name,
                Optional.ofNullable(tenant).map(TenantId::new),
                Arrays.stream(scopes).map(Scope::of).collect(Collectors.toSet()),
                deploymentNames(),
                createdAt,
                createdBy,
                Optional.ofNullable(expiresAt),
                Optional.ofNullable(revokedAt),
                Optional.ofNullable(lastUsedAt));
    }

    void revoke(Instant now) {
        if (revokedAt == null) {
            revokedAt = now;
        }
    }

    /** Never later than it would end anyway. */
    void endBy(Instant end) {
        if (expiresAt == null || end.isBefore(expiresAt)) {
            expiresAt = end;
        }
    }

    private Set<DeploymentName> deploymentNames() {
        return Arrays.stream(deployments).map(DeploymentName::new).collect(Collectors.toSet());
    }
}
