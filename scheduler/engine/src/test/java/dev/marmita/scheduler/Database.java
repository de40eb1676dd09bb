package dev.marmita.scheduler;

import dev.marmita.embedded.EmbeddedPostgres;
import dev.marmita.scheduler.jpa.JpaStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/** One PostgreSQL for all tests of this module; each test uses tenants of its own. */
public final class Database {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(JpaStores.class)
    static class Stores {}

    private static final Database ONE = new Database();

    private final EmbeddedPostgres postgres;
    private final ConfigurableApplicationContext context;

    private Database() {
        try {
            Path home = Files.createTempDirectory("scheduler-postgres");
            postgres = EmbeddedPostgres.start(new EmbeddedPostgres.Settings(home, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        context = start(Stores.class);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    context.close();
                                    postgres.close();
                                }));
    }

    public static Engine.Stores stores() {
        return ONE.context.getBean(Engine.Stores.class);
    }

    /** Without any deployment. */
    public static void clear() {
        ONE.context.getBean(JdbcTemplate.class).update("delete from deployment");
    }

    /** A Spring application on the same database. */
    public static ConfigurableApplicationContext application(
            Class<?> configuration, String... properties) {
        return ONE.start(configuration, properties);
    }

    private ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
        SpringApplicationBuilder builder =
                new SpringApplicationBuilder(configuration)
                        .web(WebApplicationType.NONE)
                        .properties(
                                "spring.datasource.url=" + postgres.jdbcUrl(),
                                "spring.datasource.username=" + postgres.user(),
                                "spring.datasource.password=" + postgres.password(),
                                "spring.jpa.hibernate.ddl-auto=validate",
                                "spring.jpa.open-in-view=false",
                                "spring.main.banner-mode=off")
                        .properties(properties);
        return builder.run();
    }
}
