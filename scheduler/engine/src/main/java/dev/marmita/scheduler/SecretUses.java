package dev.marmita.scheduler;

import dev.marmita.routing.TenantId;
import java.util.List;
import java.util.Optional;

/** Tells who uses which secrets. Thread-safe. */
@FunctionalInterface
public interface SecretUses {

    /** Of one tenant, or of all. Deployments that are being deleted are in it until they are gone. */
    List<SecretUse> of(Optional<TenantId> tenant);
}
