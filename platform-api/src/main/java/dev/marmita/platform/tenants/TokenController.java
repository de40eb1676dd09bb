package dev.marmita.platform.tenants;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.postgres.GatewayAgreement;
import dev.marmita.platform.tenants.TokenBodies.CreateTokenRequest;
import dev.marmita.platform.tenants.TokenBodies.RotateTokenRequest;
import dev.marmita.platform.tenants.TokenBodies.TokenResponse;
import dev.marmita.platform.web.PageRequest;
import dev.marmita.platform.web.PageResponse;
import dev.marmita.routing.TenantId;
import jakarta.validation.Valid;
import java.util.Optional;
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

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.ADMINISTER_TENANT)
    TokenResponse create(
            @PathVariable TenantId tenant,
            @Valid @RequestBody CreateTokenRequest request,
            Caller caller) {
        tenants.require(tenant);
        Tokens.Created created = tokens.create(request.draft(Optional.of(tenant)), caller.label());
        gateways.awaitAll();
        return TokenResponse.of(created);
    }

    @GetMapping
    @Requires(Permission.ADMINISTER_TENANT)
    PageResponse<TokenResponse> list(@PathVariable TenantId tenant, PageRequest page) {
        tenants.require(tenant);
        var found =
                tokens.list(Optional.of(tenant), page.after(), page.size() + 1).stream()
                        .map(token -> TokenResponse.of(token, null))
                        .toList();
        return PageResponse.of(found, page.size(), TokenResponse::id);
    }

    /** A new token of the same kind; the old one ends after the overlap. */
    @PostMapping("/{id}/rotate")
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.ADMINISTER_TENANT)
    TokenResponse rotate(
            @PathVariable TenantId tenant,
            @PathVariable String id,
            @Valid @RequestBody RotateTokenRequest request,
            Caller caller) {
        tenants.require(tenant);
        Tokens.Created created =
                tokens.rotate(
                        Optional.of(tenant),
                        id,
                        Lifetimes.overlap(request.overlap()),
                        Optional.ofNullable(request.expiresIn()).map(Lifetimes::parse),
                        caller.label());
        gateways.awaitAll();
        return TokenResponse.of(created);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.ADMINISTER_TENANT)
    void revoke(@PathVariable TenantId tenant, @PathVariable String id) {
        tenants.require(tenant);
        tokens.revoke(Optional.of(tenant), id);
        gateways.awaitAll();
    }
}
