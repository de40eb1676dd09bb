package dev.marmita.scheduler;

import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.spec.ArtifactRef;
import dev.marmita.scheduler.spec.Bundle.Artifact;
import java.util.Map;
import java.util.Optional;

/** What references mean right now. Called outside of transactions. */
public interface BundleResolver {

    /**
     * A service version and its slots.
     *
     * @param slots whether a model is required, by name of the slot
     */
    record ServiceVersion(Artifact artifact, Map<String, Boolean> slots) {
        public ServiceVersion {
            slots = Map.copyOf(slots);
        }
    }

    /** Empty where the tenant sees no such service, version or label. */
    Optional<ServiceVersion> service(TenantId tenant, ArtifactRef ref);

    /** Empty where the tenant sees no such model, version or label. */
    Optional<Artifact> model(TenantId tenant, ArtifactRef ref);
}
