package dev.marmita.registry.blob;

import dev.marmita.registry.Blobs;
import dev.marmita.registry.RegistryProperties;
import dev.marmita.registry.Uploads;
import dev.marmita.registry.UsageGuard;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Uploads, contents and their sweep; part of the registry's configuration. */
@Configuration(proxyBeanMethods = false)
@EnableJpaRepositories(basePackageClasses = BlobConfiguration.class)
public class BlobConfiguration {

    @Bean
    BlobRows registryBlobRows(
            BlobRepository blobs,
            UploadRepository uploads,
            GarbageRepository garbage,
            PlatformTransactionManager transactions,
            RegistryProperties properties,
            InstantSource clock) {
        return new BlobRows(
                blobs,
                uploads,
                garbage,
                new TransactionTemplate(transactions),
                properties.upload(),
                clock);
    }

    @Bean
    Uploads registryUploads(BlobStore store, BlobRows rows, RegistryProperties properties) {
        return new StoredUploads(store, rows, properties.upload());
    }

    @Bean
    Blobs registryBlobs(BlobStore store, BlobRows rows) {
        return new StoredBlobs(store, rows);
    }

    @Bean(destroyMethod = "close")
    RegistrySweeper registrySweeper(
            BlobStore store,
            BlobRows rows,
            BlobRepository blobs,
            UploadRepository uploads,
            GarbageRepository garbage,
            PlatformTransactionManager transactions,
            UsageGuard usage,
            RegistryProperties properties,
            InstantSource clock) {
        Sweeper sweeper =
                new Sweeper(
                        store,
                        rows,
                        new Sweeper.Repositories(blobs, uploads, garbage),
                        new TransactionTemplate(transactions),
                        usage,
                        properties.sweep(),
                        clock);
        return new RegistrySweeper(sweeper, properties.sweep().interval());
    }
}
