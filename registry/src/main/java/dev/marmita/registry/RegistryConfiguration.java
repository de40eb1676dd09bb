package dev.marmita.registry;

import dev.marmita.registry.blob.BlobConfiguration;
import dev.marmita.registry.blob.BlobStore;
import dev.marmita.registry.catalog.CatalogConfiguration;
import dev.marmita.registry.catalog.ModelInspector;
import dev.marmita.registry.onnx.ProcessModelInspector;
import dev.marmita.registry.s3.S3BlobStore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Everything of the registry. Needs from the platform: a data source with the migrations applied, JPA
 * with a transaction manager, a {@link java.time.InstantSource} and a {@link UsageGuard}.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RegistryProperties.class)
@EntityScan(basePackageClasses = RegistryConfiguration.class)
@Import({BlobConfiguration.class, CatalogConfiguration.class})
public class RegistryConfiguration {

    @Bean(destroyMethod = "close")
    BlobStore registryBlobStore(RegistryProperties properties) {
        return S3BlobStore.open(properties.s3());
    }

    @Bean
    ModelInspector registryModelInspector(RegistryProperties properties) {
        return new ProcessModelInspector(
                properties.scratch().resolve("inspector"), properties.inspector());
    }
}
