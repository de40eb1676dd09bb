package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class ConfigurationKeysTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "marmita.prot",
                "marmita.gateway.prot",
                "marmita.gateway.port.number",
                "marmita.registry.s3.endpiont",
                "marmita.registry.s3",
                "marmita.access.plans.gold.max-replica",
                "marmita.colour"
            })
    void anUnknownKeyFailsTheStartAndIsNamed(String key) {
        assertThatThrownBy(() -> check(key))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "marmita.port",
                "marmita.home",
                "marmita.gateway.public-url",
                "marmita.gateway.publicUrl",
                "marmita.database.max-connections",
                "marmita.registry.s3.access-key",
                "marmita.registry.upload.part-size",
                "marmita.access.plans.gold.max-replicas",
                "marmita.access.plans.gold.modes",
                "marmita.access.plans.gold.modes[0]",
                "server.port",
                "marmitas.port"
            })
    void aKnownKeyIsFine(String key) {
        assertThatCode(() -> check(key)).doesNotThrowAnyException();
    }

    @Test
    void thePlatformDoesNotStartWithOne() {
        assertThatThrownBy(
                        () ->
                                RunningPlatform.start(
                                        RunningPlatform.newHome(), "--marmita.gateway.prot=1"))
                .hasStackTraceContaining("marmita.gateway.prot");
    }

    private static void check(String key) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(key, "1")));
        new ConfigurationKeys(HomeInitializer.FEATURES).check(environment);
    }
}
