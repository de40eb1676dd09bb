package dev.marmita.registry.catalog;

import dev.marmita.registry.Blobs;
import dev.marmita.registry.RegistryException;
import dev.marmita.registry.ServiceCatalog;
import dev.marmita.registry.ServiceManifest;
import dev.marmita.registry.ServiceVersion;
import dev.marmita.registry.VersionDraft;
import dev.marmita.registry.bundle.BundleReader;

final class StoredServices extends StoredCatalog<ServiceVersion> implements ServiceCatalog {

    private static final long LARGEST = 512L << 20;

    private final Examination examination;

    StoredServices(ArtifactRows rows, Blobs blobs, Examination examination) {
        super(rows, blobs);
        this.examination = examination;
    }

    @Override
    String examine(VersionDraft draft, long size) {
        if (size > LARGEST) {
            throw new RegistryException.InvalidArtifact(
                    "a bundle has at most " + LARGEST + " bytes, not " + size);
        }
        return JsonColumns.json(examination.examine(draft.digest(), BundleReader::read));
    }

    @Override
    void check(String name, String content) {
        String own = JsonColumns.value(content, ServiceManifest.class).name();
        if (!own.equals(name)) {
            throw new RegistryException.InvalidArtifact(
                    "service.yaml says that this is '" + own + "', not '" + name + "'");
        }
    }

    @Override
    ServiceVersion version(ArtifactRows.Row row) {
        VersionEntity version = row.version();
        return new ServiceVersion(
                version.name(),
                version.number(),
                version.digest(),
                version.size(),
                version.content(ServiceManifest.class),
                version.metadata(),
                version.tags(),
                version.provenance(),
                version.createdAt(),
                version.createdBy(),
                row.labels());
    }
}
