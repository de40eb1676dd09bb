package dev.marmita.platform.tenants;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.access.Scope;
import dev.marmita.platform.postgres.GatewayAgreement;
import dev.marmita.platform.web.PageRequest;
import dev.marmita.platform.web.PageResponse;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.TenantId;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** A tenant's API tokens over REST. */
@RestController
@RequestMapping("/api/v1/tenants/{tenant}/tokens")
class TokenController {

    private final TenantDirectory tenants;
    private final Tokens tokens;
    private final GatewayAgreement gateways;

    TokenController(TenantDirectory tenants, Tokens tokens, GatewayAgreement gateways) {
        this.tenants = tenants;
        this.tokens = tokens;
        this.gateways = gateways;
    }

    /**
     * @param deployments which deployments it reaches; absent or empty: all of the tenant
     * @param expiresIn {@code 90d}, {@code 12h}, {@code 30m}; absent: never
     */
    record CreateTokenRequest(
            @NotBlank @Size(max = 100) String name,
            @NotEmpty Set<Scope> scopes,
            @Nullable @Size(max = 100) Set<DeploymentName> deployments,
            @Nullable String expiresIn) {}

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

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.ADMINISTER_TENANT)
    TokenResponse create(
            @PathVariable TenantId tenant,
            @Valid @RequestBody CreateTokenRequest request,
            Caller caller) {
        tenants.require(tenant);
        Tokens.Created created =
                tokens.create(
                        new Tokens.Draft(
                                request.name(),
                                Optional.of(tenant),
                                request.scopes(),
                                Optional.ofNullable(request.deployments()).orElse(Set.of()),
                                Optional.ofNullable(request.expiresIn()).map(Lifetimes::parse)),
                        caller.label());
        gateways.awaitAll();
        return TokenResponse.of(created.token(), created.text().text());
    }

    @GetMapping
    @Requires(Permission.ADMINISTER_TENANT)
    PageResponse<TokenResponse> list(@PathVariable TenantId tenant, PageRequest page) {
        tenants.require(tenant);
        var found =
                tokens.list(tenant, page.after(), page.size() + 1).stream()
                        .map(token -> TokenResponse.of(token, null))
                        .toList();
        return PageResponse.of(found, page.size(), TokenResponse::id);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.ADMINISTER_TENANT)
    void revoke(@PathVariable TenantId tenant, @PathVariable String id) {
        tenants.require(tenant);
        tokens.revoke(tenant, id);
        gateways.awaitAll();
    }
}
