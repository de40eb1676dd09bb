package dev.marmita.scheduler;

import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.process.RunnerWorld;
import dev.marmita.scheduler.spec.ArtifactRef;
import dev.marmita.scheduler.spec.Bundle.Artifact;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The service {@code documents} with the required slot {@code detector} and the optional {@code
 * classifier}, and models that a test adds.
 */
final class FakeRegistry implements BundleResolver {

    final Map<String, Long> labels = new ConcurrentHashMap<>();
    private final Map<String, String> digests = new ConcurrentHashMap<>();

    FakeRegistry() {
        version("documents", 1, RunnerWorld.digest(RunnerWorld.bytes("documents 1")), "latest");
        version("det", 1, RunnerWorld.digest(RunnerWorld.bytes("det 1")), "latest");
        version("det", 2, RunnerWorld.digest(RunnerWorld.bytes("det 2")));
    }

    void version(String name, long version, String digest, String... itsLabels) {
        digests.put(name + "@" + version, digest);
        for (String label : itsLabels) {
            labels.put(name + ":" + label, version);
        }
    }

    @Override
    public Optional<ServiceVersion> service(TenantId tenant, ArtifactRef ref) {
        return ref.name().equals("documents")
                ? artifact(ref)
                        .map(
                                a ->
                                        new ServiceVersion(
                                                a, Map.of("detector", true, "classifier", false)))
                : Optional.empty();
    }

    @Override
    public Optional<Artifact> model(TenantId tenant, ArtifactRef ref) {
        return ref.name().equals("documents") ? Optional.empty() : artifact(ref);
    }

    private Optional<Artifact> artifact(ArtifactRef ref) {
        Long version =
                switch (ref.target()) {
                    case ArtifactRef.Label ignored -> labels.get(ref.toString());
                    case ArtifactRef.Version pinned -> (Long) pinned.number();
                };
        String digest = version == null ? null : digests.get(ref.name() + "@" + version);
        return digest == null
                ? Optional.empty()
                : Optional.of(new Artifact(ref.name(), version, digest));
    }
}
