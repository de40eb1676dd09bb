package dev.marmita.platform.identity;

import dev.marmita.gateway.jwt.JwtVerifier;
import dev.marmita.platform.access.SignInLinks;
import dev.marmita.platform.postgres.PostgresPool;
import dev.marmita.platform.postgres.Signals;
import dev.marmita.scheduler.Deployments;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.transaction.support.TransactionTemplate;

/** In the control plane: people at the REST API, and realms that are kept as deployments ask. */
@Configuration(proxyBeanMethods = false)
class ProvisioningConfiguration {

    @Bean
    MemberCallers memberCallers(JwtVerifier verifier) {
        return new MemberCallers(verifier);
    }

    @Bean
    LoginState loginState(InstantSource clock, RandomGenerator random) {
        return new LoginState(clock, random);
    }

    @Bean
    TokenEndpoint tokenEndpoint() {
        return new TokenEndpoint();
    }

    /** For the console's page, which knows nothing of issuers. */
    @Bean
    SignInLinks signInLinks(IdentityProperties settings) {
        List<SignInLinks.Link> links = new ArrayList<>();
        for (int i = 0; i < settings.issuers().size(); i++) {
            IdentityProperties.Issuer issuer = settings.issuers().get(i);
            if (issuer.loginClientId() != null) {
                links.add(
                        new SignInLinks.Link(
                                String.valueOf(URI.create(issuer.uri()).getAuthority()),
                                LoginController.PATH + i));
            }
        }
        return new SignInLinks(links);
    }

    @Bean
    ProvisioningStore provisioningStore(PostgresPool pool, InstantSource clock) {
        return new PostgresProvisioningStore(
                pool.client(), new TransactionTemplate(pool.transactions()), clock);
    }

    @Bean
    @Primary
    Deployments provisionedDeployments(
            @Qualifier("deployments") Deployments all, ProvisioningStore store) {
        return new ProvisionedDeployments(all, store);
    }

    @Bean
    AccessProvisioner accessProvisioner(
            IdentityProperties settings,
            @Qualifier("deployments") Deployments deployments,
            ProvisioningStore store,
            PostgresPool pool,
            Signals signals) {
        AccessNeeds needs = new DeclaredAccess(pool.client(), deployments);
        List<AccessReconciler> reconcilers =
                settings.issuers().stream()
                        .filter(IdentityProperties.Issuer::provision)
                        .map(
                                issuer ->
                                        new AccessReconciler(
                                                issuer,
                                                owner -> new KeycloakRealm(issuer, owner),
                                                needs,
                                                store))
                        .toList();
        return new AccessProvisioner(reconcilers, store, signals);
    }
}
