package dev.marmita.platform.tenants;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.postgres.GatewayAgreement;
import dev.marmita.platform.tenants.TokenBodies.CreatePlatformTokenRequest;
import dev.marmita.platform.tenants.TokenBodies.RotateTokenRequest;
import dev.marmita.platform.tenants.TokenBodies.TokenResponse;
import dev.marmita.platform.web.PageRequest;
import dev.marmita.platform.web.PageResponse;
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

/** The platform's own tokens, its administrators' first of all, over REST. */
@RestController
@RequestMapping("/api/v1/tokens")
class PlatformTokenController {

    private final Tokens tokens;
    private final GatewayAgreement gateways;

    PlatformTokenController(Tokens tokens, GatewayAgreement gateways) {

        this.tokens = tokens;
        this.gateways = gateways;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.ADMINISTER_PLATFORM)
    TokenResponse create(@Valid @RequestBody CreatePlatformTokenRequest request, Caller caller) {
        Tokens.Created created = tokens.create(request.draft(), caller.label());
        gateways.awaitAll();
        return TokenResponse.of(created);
    }

    @GetMapping
    @Requires(Permission.ADMINISTER_PLATFORM)
    PageResponse<TokenResponse> list(PageRequest page) {
        var found =
                tokens.list(Optional.empty(), page.after(), page.size() + 1).stream()
                        .map(token -> TokenResponse.of(token, null))
                        .toList();
        return PageResponse.of(found, page.size(), TokenResponse::id);
    }

    /** A new token of the same kind; the old one ends after the overlap. */
    @PostMapping("/{id}/rotate")
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.ADMINISTER_PLATFORM)
    TokenResponse rotate(
            @PathVariable String id,
            @Valid @RequestBody RotateTokenRequest request,
            Caller caller) {
        Tokens.Created created =
                tokens.rotate(
                        Optional.empty(),
                        id,
                        Lifetimes.overlap(request.overlap()),
                        Optional.ofNullable(request.expiresIn()).map(Lifetimes::parse),
                        caller.label());
        gateways.awaitAll();
        return TokenResponse.of(created);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.ADMINISTER_PLATFORM)
    void revoke(@PathVariable String id) {
        tokens.revoke(Optional.empty(), id);
        gateways.awaitAll();
    }
}
