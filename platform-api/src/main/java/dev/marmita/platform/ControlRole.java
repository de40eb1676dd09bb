package dev.marmita.platform;

import dev.marmita.platform.deployments.EndpointUrls;
import dev.marmita.platform.postgres.GatewayAgreement;
import dev.marmita.platform.postgres.PostgresLoadSource;
import dev.marmita.platform.postgres.PostgresPool;
import dev.marmita.platform.postgres.PostgresRoutePublisher;
import dev.marmita.platform.postgres.Signals;
import dev.marmita.platform.tenants.AccessProperties;
import dev.marmita.registry.RegistryConfiguration;
import dev.marmita.scheduler.RoutePublisher;
import dev.marmita.scheduler.config.SchedulerConfiguration;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import tools.jackson.databind.json.JsonMapper;

/** The control plane: REST, console, registry, scheduler. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = UserDetailsServiceAutoConfiguration.class)
@ComponentScan(
        basePackageClasses = ControlRole.class,
        excludeFilters =
                @ComponentScan.Filter(
                        type = FilterType.ASSIGNABLE_TYPE,
                        classes = {GatewayRole.class, GatewayConfiguration.class}))
@EntityScan("dev.marmita.platform")
@EnableJpaRepositories("dev.marmita.platform")
@EnableConfigurationProperties(AccessProperties.class)
@Import({RegistryConfiguration.class, SchedulerConfiguration.class})
class ControlRole {

    @Bean
    RandomGenerator random() {
        return new SecureRandom();
    }

    @Bean
    RoutePublisher routePublisher(PostgresPool pool, JsonMapper json) {
        return new PostgresRoutePublisher(pool, json);
    }

    @Bean(destroyMethod = "close")
    PostgresLoadSource loadSource(PostgresPool pool, Signals signals) {
        return new PostgresLoadSource(pool, signals);
    }

    @Bean
    GatewayAgreement gatewayAgreement(PostgresPool pool, PostgresLoadSource gateways) {
        return new GatewayAgreement(pool, gateways);
    }

    @Bean
    EndpointUrls endpointUrls(GatewayProperties settings, ObjectProvider<GatewayServer> gateways) {
        return () -> {
            if (settings.publicUrl() != null) {
                return settings.publicUrl().replaceAll("/+$", "");
            }
            GatewayServer gateway = gateways.getIfAvailable();
            int port = gateway == null || gateway.port() == 0 ? settings.port() : gateway.port();
            String scheme = settings.certificate() == null ? "http" : "https";
            return scheme + "://" + settings.address() + ":" + port;
        };
    }
}
