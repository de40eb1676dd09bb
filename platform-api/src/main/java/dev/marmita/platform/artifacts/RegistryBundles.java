package dev.marmita.platform.artifacts;

import dev.marmita.registry.ArtifactRef;
import dev.marmita.registry.Blobs;
import dev.marmita.registry.Digest;
import dev.marmita.registry.ModelCatalog;
import dev.marmita.registry.RegistryException;
import dev.marmita.registry.ServiceCatalog;
import dev.marmita.registry.Version;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.BundleResolver;
import dev.marmita.scheduler.compute.ArtifactSource;
import dev.marmita.scheduler.spec.Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The registry as the scheduler sees it: references become digests, digests become bytes. */
@Component
public final class RegistryBundles implements BundleResolver, ArtifactSource {

    private final ModelCatalog models;
    private final ServiceCatalog services;
    private final Blobs blobs;

    RegistryBundles(ModelCatalog models, ServiceCatalog services, Blobs blobs) {
        this.models = models;
        this.services = services;
        this.blobs = blobs;
    }

    /** Models and services are the platform's: every tenant sees them all (ADR 0007). */
    @Override
    public Optional<ServiceVersion> service(
            TenantId tenant, dev.marmita.scheduler.spec.ArtifactRef ref) {
        return found(() -> services.resolve(registryRef(ref)))
                .map(
                        version ->
                                new ServiceVersion(
                                        artifact(version),
                                        version.manifest().slots().entrySet().stream()
                                                .collect(
                                                        Collectors.toMap(
                                                                Map.Entry::getKey,
                                                                slot ->
                                                                        !slot.getValue()
                                                                                .optional()))));
    }

    @Override
    public Optional<Bundle.Artifact> model(
            TenantId tenant, dev.marmita.scheduler.spec.ArtifactRef ref) {
        return found(() -> models.resolve(registryRef(ref))).map(RegistryBundles::artifact);
    }

    @Override
    public InputStream open(String digest) throws IOException {
        try {
            return blobs.open(Digest.parse(digest));
        } catch (RegistryException.NotFound none) {
            throw new ArtifactMissingException(digest);
        } catch (RegistryException.Busy | RegistryException.StorageUnavailable later) {
            throw new IOException(later.getMessage(), later);
        }
    }

    private static <V> Optional<V> found(Supplier<V> resolve) {
        try {
            return Optional.of(resolve.get());
        } catch (RegistryException.NotFound | RegistryException.InvalidArgument none) {
            return Optional.empty();
        }
    }

    /** Both sides write references the same way. */
    private static ArtifactRef registryRef(dev.marmita.scheduler.spec.ArtifactRef ref) {
        return ArtifactRef.parse(ref.toString());
    }

    private static Bundle.Artifact artifact(Version version) {
        return new Bundle.Artifact(version.name(), version.version(), version.digest().toString());
    }
}
