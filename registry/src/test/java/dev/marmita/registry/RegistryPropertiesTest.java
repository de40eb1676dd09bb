package dev.marmita.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

final class RegistryPropertiesTest {

    @Configuration
    @EnableConfigurationProperties(RegistryProperties.class)
    @Import(ValidationAutoConfiguration.class)
    static class Properties {}

    private static RegistryProperties bound(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.putIfAbsent("marmita.registry.scratch", "/scratch");
        all.putIfAbsent("marmita.registry.s3.endpoint", "http://127.0.0.1:1");
        all.put("spring.main.banner-mode", "off");
        try (var context =
                new SpringApplicationBuilder(Properties.class)
                        .web(WebApplicationType.NONE)
                        .properties(all)
                        .registerShutdownHook(false)
                        .run()) {
            return context.getBean(RegistryProperties.class);
        }
    }

    @Test
    void hasDefaultsForAllButTheFolderAndTheStore() {
        RegistryProperties properties = bound(Map.of());
        assertThat(properties.s3().endpoint()).hasValue(URI.create("http://127.0.0.1:1"));
        assertThat(properties.s3().bucket()).isEqualTo("marmita");
        assertThat(properties.upload().partSize().toMegabytes()).isEqualTo(8);
        assertThat(properties.sweep().grace()).hasHours(24);
    }

    @Test
    void keepsTheSecretOutOfLogs() {
        assertThat(bound(Map.of("marmita.registry.s3.secret-key", "hush")))
                .asString()
                .doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "upload.part-size,4MB",
        "upload.part-siez,8MB",
        "upload.max-size,1TB",
        "upload.writers,0",
        "upload.expiry,0s",
        "inspector.concurrency,0",
        "inspector.timeout,0s",
        "s3.bucket,''",
        "typo,1"
    })
    void stopsTheStartForWhatIsWrong(String key, String value) {
        assertThatThrownBy(() -> bound(Map.of("marmita.registry." + key, value)))
                .hasMessageContaining("marmita.registry");
    }
}
