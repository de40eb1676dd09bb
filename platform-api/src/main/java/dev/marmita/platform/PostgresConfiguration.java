package dev.marmita.platform;

import dev.marmita.platform.audit.DenialJournal;
import dev.marmita.platform.postgres.PostgresPool;
import dev.marmita.platform.postgres.Signals;
import dev.marmita.platform.tenants.TokenUse;
import java.sql.DriverManager;
import java.time.Clock;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import tools.jackson.databind.json.JsonMapper;

/** What every role has: the database, its signals, the clock. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties({
    PlatformProperties.class,
    DatabaseProperties.class,
    GatewayProperties.class
})
class PostgresConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    PostgresPool postgresPool(DataSource source) {
        return PostgresPool.of(source);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Signals signals(DatabaseProperties settings) {
        var properties = new Properties();
        properties.setProperty("ApplicationName", "marmita-signals");
        properties.setProperty("connectTimeout", "3");
        properties.setProperty("loginTimeout", "3");
        properties.setProperty("tcpKeepAlive", "true");
        if (settings.user() != null) {
            properties.setProperty("user", settings.user());
        }
        if (settings.password() != null) {
            properties.setProperty("password", settings.password());
        }
        String url = String.valueOf(settings.url());
        return new Signals(() -> DriverManager.getConnection(url, properties));
    }

    @Bean
    DenialJournal denials(PostgresPool pool, JsonMapper json, Clock clock) {
        return new DenialJournal(pool.client(), json, clock);
    }

    @Bean
    TokenUse tokenUse(PostgresPool pool) {
        return new TokenUse(pool.client());
    }
}
