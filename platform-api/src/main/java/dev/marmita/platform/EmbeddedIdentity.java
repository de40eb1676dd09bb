package dev.marmita.platform;

import dev.marmita.embedded.EmbeddedKeycloak;
import dev.marmita.embedded.EmbeddedStartException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;

/** The Keycloak that comes along where the configuration names its distribution; it comes up beside the platform. */
final class EmbeddedIdentity implements AutoCloseable {

    private static final String PREFIX = "marmita.identity.";

    private final EmbeddedKeycloak keycloak;

    private EmbeddedIdentity(EmbeddedKeycloak keycloak) {
        this.keycloak = keycloak;
    }

    /**
     * Empty where none is asked for.
     *
     * @throws StartException where it cannot start
     */
    static Optional<EmbeddedIdentity> start(Home home, Binder binder) {
        Optional<String> distribution =
                Optional.ofNullable(
                        binder.bind(PREFIX + "keycloak.distribution", String.class).orElse(null));
        if (distribution.isEmpty()) {
            return Optional.empty();
        }
        if (binder.bind(PREFIX + "issuers", Bindable.listOf(Map.class)).isBound()) {
            throw new StartException(
                    "marmita.identity.keycloak brings its own issuer: take marmita.identity.issuers"
                            + " out, or start without it");
        }
        try {
            return Optional.of(
                    new EmbeddedIdentity(
                            EmbeddedKeycloak.start(
                                    new EmbeddedKeycloak.Settings(
                                            Path.of(distribution.get()),
                                            home.folder().resolve("keycloak"),
                                            binder.bind(PREFIX + "keycloak.port", Integer.class)
                                                    .orElse(8480)))));
        } catch (EmbeddedStartException failure) {
            throw new StartException(String.valueOf(failure.getMessage()), failure);
        }
    }

    /** The issuer that it is, to be added to the configuration. */
    Map<String, Object> properties() {
        String issuer = PREFIX + "issuers[0].";
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put(issuer + "uri", keycloak.issuer());
        properties.put(issuer + "client-id", EmbeddedKeycloak.PLATFORM_CLIENT);
        properties.put(issuer + "client-secret", keycloak.platformSecret());
        properties.put(issuer + "provision", "true");
        properties.put(issuer + "login-client-id", EmbeddedKeycloak.CONSOLE_CLIENT);
        properties.put(issuer + "roles.platform-admin[0]", "/marmita/admins");
        return properties;
    }

    @Override
    public void close() {
        keycloak.close();
    }
}
