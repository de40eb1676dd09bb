package dev.marmita.platform;

import dev.marmita.platform.identity.IdentityProperties;
import dev.marmita.platform.secrets.MasterKeyException;
import dev.marmita.platform.secrets.MasterKeys;
import dev.marmita.platform.secrets.SecretsProperties;
import dev.marmita.platform.tenants.AccessProperties;
import dev.marmita.registry.RegistryProperties;
import dev.marmita.scheduler.config.SchedulerProperties;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Before any bean is made: takes the home, checks the configuration's keys and, in role {@code all}, starts what is
 * embedded. All of it ends after the last bean.
 */
final class HomeInitializer
        implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    /** All that may be configured. */
    static final List<Class<?>> FEATURES =
            List.of(
                    PlatformProperties.class,
                    DatabaseProperties.class,
                    GatewayProperties.class,
                    AccessProperties.class,
                    IdentityProperties.class,
                    RegistryProperties.class,
                    SchedulerProperties.class,
                    SecretsProperties.class);

    private static final List<String> RUNNER_PLACES =
            List.of("runner", "runner/server/target/dist");
    private static final String MASTER_KEY = "secrets.key";
    private static final String RUNNER_HOME = "marmita.scheduler.runner-home";

    private final Role role;

    HomeInitializer(Role role) {
        this.role = role;
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        new ConfigurationKeys(FEATURES).check(environment);
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("marmita.role", role.wireName());
        if (role != Role.ALL && !environment.containsProperty("marmita.database.url")) {
            throw new StartException(
                    "role " + role.wireName() + " needs a PostgreSQL: set marmita.database.url");
        }
        if (role == Role.CONTROL && !environment.containsProperty(MasterKeys.PROPERTY)) {
            throw new StartException(
                    "role control needs a master key for secrets: set "
                            + MasterKeys.PROPERTY
                            + " to a file; make one with: openssl rand -base64 32");
        }
        if (role.controls() && !environment.containsProperty(RUNNER_HOME)) {
            Path runner =
                    runnerHome()
                            .orElseThrow(
                                    () ->
                                            new StartException(
                                                    "no runner beside the platform: build it, or"
                                                            + " set "
                                                            + RUNNER_HOME));
            found.put(RUNNER_HOME, runner.toString());
        }
        Binder binder = Binder.get(environment);
        Home home = Home.open(binder.bind("marmita", PlatformProperties.class).get().home());
        boolean started = false;
        try {
            var beans = (DefaultListableBeanFactory) context.getBeanFactory();
            beans.registerSingleton("home", home);
            beans.registerDisposableBean("home", home::close);
            if (role.controls()) {
                found.put(MasterKeys.PROPERTY, masterKeys(home, environment).toString());
            }
            if (role == Role.ALL) {
                EmbeddedParts parts = EmbeddedParts.start(home, binder);
                beans.registerDisposableBean("embeddedParts", parts::close);
                found.putAll(parts.properties());
                EmbeddedIdentity.start(home, binder)
                        .ifPresent(
                                identity -> {
                                    beans.registerDisposableBean(
                                            "embeddedIdentity", identity::close);
                                    found.putAll(identity.properties());
                                });
            }
            started = true;
        } finally {
            if (!started) {
                home.close();
            }
        }
        environment.getPropertySources().addFirst(new MapPropertySource("marmita-start", found));
    }

    /** The file with the master keys, which can be used; made where role {@code all} is told of none. */
    private static Path masterKeys(Home home, ConfigurableEnvironment environment) {
        try {
            String told = environment.getProperty(MasterKeys.PROPERTY);
            Path file = told == null ? home.folder().resolve(MASTER_KEY) : Path.of(told);
            if (told == null && home.read(MASTER_KEY).isEmpty()) {
                home.write(MASTER_KEY, MasterKeys.newFile(new SecureRandom()));
            }
            MasterKeys.read(file);
            return file;
        } catch (MasterKeyException unusable) {
            throw new StartException(String.valueOf(unusable.getMessage()), unusable);
        } catch (IOException failure) {
            throw new StartException("marmita.home cannot be used: " + failure, failure);
        }
    }

    /** Somewhere above this jar: in the copy that {@code ./marmita} runs, or in the checkout. */
    private static Optional<Path> runnerHome() {
        try {
            var source = HomeInitializer.class.getProtectionDomain().getCodeSource();
            if (source == null) {
                return Optional.empty();
            }
            for (Path folder = Path.of(source.getLocation().toURI());
                    folder != null;
                    folder = folder.getParent()) {
                for (String place : RUNNER_PLACES) {
                    Path candidate = folder.resolve(place);
                    if (Files.isDirectory(candidate.resolve("lib"))) {
                        return Optional.of(candidate.toRealPath());
                    }
                }
            }
            return Optional.empty();
        } catch (URISyntaxException | IOException unknown) {
            return Optional.empty();
        }
    }
}
