package dev.marmita.registry.catalog;

import dev.marmita.registry.ArtifactKind;
import dev.marmita.registry.Blobs;
import dev.marmita.registry.ModelCatalog;
import dev.marmita.registry.RegistryProperties;
import dev.marmita.registry.ServiceCatalog;
import dev.marmita.registry.UsageGuard;
import java.time.InstantSource;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Models and services; part of the registry's configuration. */
@Configuration(proxyBeanMethods = false)
@EnableJpaRepositories(basePackageClasses = CatalogConfiguration.class)
public class CatalogConfiguration {

    @Bean
    RowsOfKind registryRows(
            ArtifactRepository artifacts,
            VersionRepository versions,
            LabelRepository labels,
            LabelEventRepository events,
            ApplicationEventPublisher listeners,
            PlatformTransactionManager transactions,
            UsageGuard usage,
            InstantSource clock) {
        LabelRows labelRows = new LabelRows(labels, events, listeners, clock);
        return kind ->
                new ArtifactRows(
                        kind,
                        artifacts,
                        versions,
                        labelRows,
                        new TransactionTemplate(transactions),
                        usage,
                        clock);
    }

    @Bean
    Examination registryExamination(Blobs blobs, RegistryProperties properties) {
        return new Examination(
                blobs,
                properties.scratch().resolve("examination"),
                properties.inspector().concurrency());
    }

    @Bean
    ModelCatalog registryModels(
            RowsOfKind rows,
            Blobs blobs,
            Examination examination,
            ModelInspector inspector,
            RegistryProperties properties) {
        return new StoredModels(
                rows.of(ArtifactKind.MODEL),
                blobs,
                examination,
                inspector,
                properties.inspector().maxModelSize().toBytes());
    }

    @Bean
    ServiceCatalog registryServices(RowsOfKind rows, Blobs blobs, Examination examination) {
        return new StoredServices(rows.of(ArtifactKind.SERVICE), blobs, examination);
    }

    /** The same tables serve both kinds. */
    interface RowsOfKind {
        ArtifactRows of(ArtifactKind kind);
    }
}
