package dev.marmita.platform.secrets;

import java.security.SecureRandom;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** With what secrets are sealed. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SecretsProperties.class)
class SecretsConfiguration {

    @Bean
    KeyWrapper masterKeys(SecretsProperties settings) {
        if (settings.keyFile() == null) {
            throw new MasterKeyException("secrets need a master key: set " + MasterKeys.PROPERTY);
        }
        return MasterKeys.read(settings.keyFile());
    }

    @Bean
    Envelope envelope(KeyWrapper masters) {
        return new Envelope(masters, new SecureRandom());
    }
}
