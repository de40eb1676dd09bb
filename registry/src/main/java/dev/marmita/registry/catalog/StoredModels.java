package dev.marmita.registry.catalog;

import dev.marmita.registry.Blobs;
import dev.marmita.registry.ModelCatalog;
import dev.marmita.registry.ModelDescription;
import dev.marmita.registry.ModelVersion;
import dev.marmita.registry.RegistryException;
import dev.marmita.registry.VersionDraft;

final class StoredModels extends StoredCatalog<ModelVersion> implements ModelCatalog {

    private final Examination examination;
    private final ModelInspector inspector;
    private final long largest;

    StoredModels(
            ArtifactRows rows,
            Blobs blobs,
            Examination examination,
            ModelInspector inspector,
            long largest) {
        super(rows, blobs);
        this.examination = examination;
        this.inspector = inspector;
        this.largest = largest;
    }

    @Override
    String examine(VersionDraft draft, long size) {
        if (size > largest) {
            throw new RegistryException.InvalidArtifact(
                    "a model has at most " + largest + " bytes, not " + size);
        }
        return JsonColumns.json(
                examination.examine(draft.digest(), (file, _) -> inspector.inspect(file)));
    }

    @Override
    void check(String name, String content) {
        // any model may have any name
    }

    @Override
    ModelVersion version(ArtifactRows.Row row) {
        VersionEntity version = row.version();
        return new ModelVersion(
                version.name(),
                version.number(),
                version.digest(),
                version.size(),
                version.content(ModelDescription.class),
                version.metadata(),
                version.tags(),
                version.provenance(),
                version.createdAt(),
                version.createdBy(),
                row.labels());
    }
}
