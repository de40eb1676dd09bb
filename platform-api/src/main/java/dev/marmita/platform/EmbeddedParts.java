package dev.marmita.platform;

import dev.marmita.embedded.EmbeddedPostgres;
import dev.marmita.embedded.EmbeddedS3;
import dev.marmita.embedded.EmbeddedStartException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;

/** The PostgreSQL and the S3 that come along; each only where the configuration names none. */
final class EmbeddedParts implements AutoCloseable {

    private static final String S3_PREFIX = "marmita.registry.s3.";
    private static final String S3_SECRET = "s3.secret";
    private static final String S3_ACCESS_KEY = "marmita";

    private final @Nullable EmbeddedPostgres postgres;
    private final @Nullable EmbeddedS3 s3;
    private final Map<String, Object> properties;

    private EmbeddedParts(
            @Nullable EmbeddedPostgres postgres,
            @Nullable EmbeddedS3 s3,
            Map<String, Object> properties) {
        this.postgres = postgres;
        this.s3 = s3;
        this.properties = Map.copyOf(properties);
    }

    /**
     * Starts them side by side and returns when both answer.
     *
     * @throws StartException where one cannot start; nothing is left running then
     */
    static EmbeddedParts start(Home home, Binder binder) {
        boolean ownPostgres = !binder.bind("marmita.database.url", String.class).isBound();
        boolean ownS3 = !binder.bind(S3_PREFIX + "endpoint", String.class).isBound();
        int port = binder.bind("marmita.database.port", Integer.class).orElse(0);
        @Nullable EmbeddedPostgres postgres = null;
        Map<String, Object> properties = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<@Nullable EmbeddedS3> s3 =
                    CompletableFuture.supplyAsync(
                            () -> ownS3 ? startS3(home, binder, properties) : null, threads);
            try {
                if (ownPostgres) {
                    postgres =
                            EmbeddedPostgres.start(
                                    new EmbeddedPostgres.Settings(
                                            home.folder().resolve("postgres"), port));
                }
            } catch (RuntimeException failure) {
                s3.handle((started, ignored) -> closed(started)).join();
                throw failure;
            }
            @Nullable EmbeddedS3 store = s3.join();
            if (postgres != null) {
                properties.put("marmita.database.url", postgres.jdbcUrl());
                properties.put("marmita.database.user", postgres.user());
                properties.put("marmita.database.password", postgres.password());
            }
            return new EmbeddedParts(postgres, store, properties);
        } catch (CompletionException failure) {
            if (postgres != null) {
                postgres.close();
            }
            throw explained(failure.getCause());
        } catch (EmbeddedStartException failure) {
            throw explained(failure);
        }
    }

    /** What the configuration lacks, to be added to it. */
    Map<String, Object> properties() {
        return properties;
    }

    private static EmbeddedS3 startS3(Home home, Binder binder, Map<String, Object> properties) {
        String accessKey =
                binder.bind(S3_PREFIX + "access-key", String.class).orElse(S3_ACCESS_KEY);
        String secretKey =
                binder.bind(S3_PREFIX + "secret-key", String.class).orElseGet(() -> secret(home));
        EmbeddedS3 s3 =
                EmbeddedS3.start(
                        new EmbeddedS3.Settings(
                                home.folder().resolve("s3"), 0, accessKey, secretKey));
        properties.put(S3_PREFIX + "endpoint", s3.endpoint().toString());
        properties.put(S3_PREFIX + "access-key", accessKey);
        properties.put(S3_PREFIX + "secret-key", secretKey);
        return s3;
    }

    private static String secret(Home home) {
        try {
            var known = home.read(S3_SECRET);
            if (known.isPresent()) {
                return known.get();
            }
            var bytes = new byte[20];
            new SecureRandom().nextBytes(bytes);
            String secret = HexFormat.of().formatHex(bytes);
            home.write(S3_SECRET, secret);
            return secret;
        } catch (IOException failure) {
            throw new StartException("marmita.home cannot be used: " + failure, failure);
        }
    }

    private static StartException explained(@Nullable Throwable failure) {
        return failure instanceof StartException known
                ? known
                : new StartException(
                        String.valueOf(failure == null ? null : failure.getMessage()), failure);
    }

    private static boolean closed(@Nullable EmbeddedS3 started) {
        if (started != null) {
            started.close();
        }
        return true;
    }

    @Override
    public void close() {
        try {
            if (s3 != null) {
                s3.close();
            }
        } finally {
            if (postgres != null) {
                postgres.close();
            }
        }
    }
}
