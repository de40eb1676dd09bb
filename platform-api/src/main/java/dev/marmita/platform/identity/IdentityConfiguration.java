package dev.marmita.platform.identity;

import dev.marmita.gateway.Credentials;
import dev.marmita.gateway.jwt.JwtCredentials;
import dev.marmita.gateway.jwt.JwtSettings;
import dev.marmita.gateway.jwt.JwtVerifier;
import java.nio.file.Path;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** In every role: whose tokens are believed. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IdentityProperties.class)
public class IdentityConfiguration {

    @Bean(destroyMethod = "close")
    JwtVerifier jwtVerifier(
            IdentityProperties settings, Environment environment, InstantSource clock) {
        return JwtVerifier.start(
                new JwtSettings(
                        settings.issuers().stream()
                                .map(IdentityProperties.Issuer::settings)
                                .toList(),
                        settings.clockSkew(),
                        settings.keyMaxAge(),
                        Path.of(environment.getRequiredProperty("marmita.home"))
                                .resolve("identity")),
                clock);
    }

    @Bean
    Credentials memberCredentials(JwtVerifier verifier) {
        return new JwtCredentials(verifier);
    }
}
