package dev.marmita.platform.tenants;

import dev.marmita.platform.access.Scope;
import dev.marmita.platform.postgres.GatewayAgreement;
import dev.marmita.routing.TenantId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Tokens of an hour, with which the console calls endpoints for somebody who may make tokens of that tenant. */
@Component
public final class PlaygroundTokens {

    /** How long one lives. */
    public static final Duration LIFETIME = Duration.ofHours(1);

    private final TenantDirectory tenants;
    private final Tokens tokens;
    private final GatewayAgreement gateways;

    PlaygroundTokens(TenantDirectory tenants, Tokens tokens, GatewayAgreement gateways) {
        this.tenants = tenants;
        this.tokens = tokens;
        this.gateways = gateways;
    }

    /**
     * Makes a token that calls every endpoint of the tenant, as {@code POST …/tokens} would. It works when this returns.
     *
     * @param actor who asked for it
     */
    public String make(TenantId tenant, String actor) {
        tenants.require(tenant);
        var draft =
                new Tokens.Draft(
                        "console playground",
                        Optional.of(tenant),
                        Set.of(Scope.INVOKE),
                        Set.of(),
                        Optional.of(LIFETIME));
        String text = tokens.create(draft, actor).text().text();
        gateways.awaitAll();
        return text;
    }
}
