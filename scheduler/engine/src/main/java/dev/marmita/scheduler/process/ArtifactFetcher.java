package dev.marmita.scheduler.process;

import dev.marmita.scheduler.spec.Bundle;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Brings everything that a bundle needs onto this machine. */
final class ArtifactFetcher {

    /**
     * @param models files by slot
     */
    record Fetched(Path bundle, Map<String, Path> models) {}

    private final BlobCache blobs;
    private final BundleFolders bundles;

    ArtifactFetcher(BlobCache blobs, BundleFolders bundles) {
        this.blobs = blobs;
        this.bundles = bundles;
    }

    Fetched fetch(Bundle bundle) throws ReplicaException, InterruptedException {
        Map<String, Path> models = new HashMap<>();
        for (Map.Entry<String, Bundle.Artifact> slot : bundle.models().entrySet()) {
            models.put(slot.getKey(), blobs.file(slot.getValue().digest()));
        }
        String service = bundle.service().digest();
        return new Fetched(bundles.folder(service, blobs.file(service)), models);
    }

    /** Makes room where the disk is full. */
    void evictUnused() {
        blobs.evictUnused();
    }

    static Set<String> digests(Bundle bundle) {
        Set<String> digests = new HashSet<>();
        digests.add(bundle.service().digest());
        bundle.models().values().forEach(model -> digests.add(model.digest()));
        return digests;
    }
}
