package dev.marmita.registry;

import dev.marmita.embedded.EmbeddedPostgres;
import dev.marmita.embedded.EmbeddedS3;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/** A PostgreSQL, an S3 server and a registry on them, started once for all tests. */
public final class Backends implements AutoCloseable {

    public static final String BUCKET = "marmita-test";

    private final Path home;
    private final EmbeddedPostgres postgres;
    private final EmbeddedS3 s3;
    private final ConfigurableApplicationContext context;

    private Backends() {
        try {
            home = Files.createTempDirectory("marmita-registry-test");
        } catch (IOException noDisk) {
            throw new UncheckedIOException(noDisk);
        }
        postgres =
                EmbeddedPostgres.start(new EmbeddedPostgres.Settings(home.resolve("postgres"), 0));
        s3 =
                EmbeddedS3.start(
                        new EmbeddedS3.Settings(
                                home.resolve("s3"), 0, "test-access", "test-secret-key"));
        context = TestApplication.start(properties("shared"));
    }

    /** What another registry on the same parts is configured with. */
    public Map<String, Object> properties(String scratch) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("spring.datasource.url", postgres.jdbcUrl());
        properties.put("spring.datasource.username", postgres.user());
        properties.put("spring.datasource.password", postgres.password());
        properties.put("marmita.registry.s3.endpoint", s3.endpoint().toString());
        properties.put("marmita.registry.s3.bucket", BUCKET);
        properties.put("marmita.registry.s3.access-key", "test-access");
        properties.put("marmita.registry.s3.secret-key", "test-secret-key");
        properties.put("marmita.registry.scratch", home.resolve(scratch).toString());
        // tests sweep when they want to
        properties.put("marmita.registry.sweep.interval", "1d");
        return properties;
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public Path home() {
        return home;
    }

    @Override
    public void close() throws IOException {
        context.close();
        s3.close();
        postgres.close();
        FileSystemUtils.deleteRecursively(home);
    }

    /** Gives tests the backends as a parameter. */
    public static final class Extension implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Backends.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(Backends.class, _ -> new Backends(), Backends.class);
        }
    }
}
